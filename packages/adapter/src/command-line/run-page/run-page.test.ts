import { describe, expect, test } from "vitest";
import type { Job, Pod } from "@opencode-k8s/k8s-kit";
import { html, Markup } from "./markup.ts";
import { pageOf, phasesOf, RunRecording, type RunPage, startedAt } from "./index.ts";

const HEAD = { sessionID: "ses_1" };
const PART = { id: "prt_1", messageID: "msg_1" };
const START = Date.parse("2026-11-23T10:00:10Z");

const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");
const finish = (at: number, reason = "stop", tokens = { input: 100, output: 20 }, cost = 0.25): object => ({
  type: "step_finish",
  timestamp: at,
  ...HEAD,
  part: {
    ...PART,
    type: "step-finish",
    reason,
    cost,
    tokens: { ...tokens, reasoning: 5, cache: { read: 7, write: 3 } },
  },
});
const tool = (start: number, end: number, output: string): object => ({
  type: "tool_use",
  timestamp: end,
  ...HEAD,
  part: {
    ...PART,
    type: "tool",
    tool: "bash",
    callID: "call_1",
    state: { status: "completed", input: { command: "ls" }, output, title: "ls", metadata: {}, time: { start, end } },
  },
});

function recorded(began: number | null, ...chunks: string[]): RunRecording {
  const recording = new RunRecording(began);
  for (const chunk of chunks) recording.push(chunk);
  return recording;
}

describe("what a run did and when", () => {
  test("a step is from the end of the one before it, the first from OpenCode's start: waiting for the model is part of it", () => {
    const { steps } = recorded(START, lines(finish(START + 4_000, "tool-calls")), lines(finish(START + 9_000)));
    expect(steps).toMatchObject([
      {
        start: START,
        end: START + 4_000,
        reason: "tool-calls",
        tokens: { input: 103, output: 25, cached: 7 },
        costUsd: 0.25,
      },
      { start: START + 4_000, end: START + 9_000, reason: "stop" },
    ]);
  });

  test("where OpenCode's start is not known, the first step is from the first event", () => {
    const { steps } = recorded(null, lines(tool(START, START + 500, ""), finish(START + 4_000)));
    expect(steps).toMatchObject([{ start: START + 500, end: START + 4_000 }]);
  });

  test("a call of a tool has its own times", () => {
    expect(recorded(START, lines(tool(START + 1, START + 300, "a b"))).tools).toEqual([
      { name: "bash", title: "ls", start: START + 1, end: START + 300, isError: false },
    ]);
  });

  test("lines that are no events, cut ones, and our own are part of the transcript", () => {
    const { entries } = recorded(null, "[paperclip] Running\nbanner\n", '{"type":"text","timest\n');
    expect(entries.map(({ kind }) => kind)).toEqual(["system", "stdout", "stdout"]);
  });

  test("a page has the first 3,000 entries, and says how many more there are", () => {
    const recording = recorded(null, "banner\n".repeat(3_002));
    expect(recording.entries).toHaveLength(3_000);
    expect(recording.left).toBe(2);
  });
});

describe("what a run went through in the cluster", () => {
  const job = { metadata: { creationTimestamp: "2026-11-23T10:00:00Z" } } as unknown as Job;
  const pod = (state: object): Pod =>
    ({
      metadata: { creationTimestamp: "2026-11-23T10:00:01Z" },
      status: {
        conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: "2026-11-23T10:00:04Z" }],
        containerStatuses: [{ name: "opencode", state }],
      },
    }) as unknown as Pod;
  const seconds = (phases: ReturnType<typeof phasesOf>): unknown[] =>
    phases.map(({ name, start, end }) => [name, (end - start) / 1000]);
  const ended = { startedAt: "2026-11-23T10:00:10Z", finishedAt: "2026-11-23T10:00:40Z", exitCode: 0 };

  test("each phase is until the next one, the last until its container ended", () => {
    expect(seconds(phasesOf(job, pod({ terminated: ended }), START + 3_600_000))).toEqual([
      ["being prepared", 1],
      ["waiting for a node", 3],
      ["pulling its image, starting", 6],
      ["running OpenCode", 30],
    ]);
    expect(startedAt(pod({ terminated: ended }))).toBe(START);
  });

  test("one that goes on lasts until now", () => {
    expect(seconds(phasesOf(job, pod({ waiting: { reason: "ContainerCreating" } }), START)).at(-1)).toEqual([
      "pulling its image, starting",
      6,
    ]);
  });

  test("without a pod there is only its Job", () => {
    expect(seconds(phasesOf(job, null, START))).toEqual([["being prepared", 10]]);
  });
});

describe("the page", () => {
  const page = (more: Partial<RunPage> = {}): string =>
    pageOf({
      title: "Run r1",
      verdict: "failed",
      rows: [["what", "k8s_oom_killed: out of memory"]],
      phases: [{ name: "running OpenCode", start: START, end: START + 9_000 }],
      recording: recorded(START, lines(tool(START + 1, START + 300, "a b"), finish(START + 9_000))),
      commands: ["kubectl describe job j"],
      now: START,
      ...more,
    });

  test("shows diagnosis, timeline, tokens, cost, transcript and how to look further", () => {
    const text = page();
    for (const part of [
      "k8s_oom_killed",
      "running OpenCode",
      "step 1: stop",
      "bash ls",
      "128 tokens",
      "$0.2500",
      "a b",
      "kubectl",
    ])
      expect(text).toContain(part);
  });

  test("loads nothing and runs nothing: no scripts, no addresses, and a policy that forbids them", () => {
    const text = page();
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text).not.toMatch(/<script|src=|href=|url\(|https?:/);
  });

  test("whatever the agent says stays text", () => {
    const evil = `</pre><script>alert("x")</script><img src=x onerror='y'>`;
    const recording = recorded(null, lines(tool(START, START + 1, evil)), `${evil}\n`);
    const text = page({ title: evil, rows: [[evil, evil]], recording, commands: [evil] });
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain("&#60;script&#62;");
  });

  test("of a run that printed nothing says that", () => {
    expect(page({ phases: [], recording: recorded(null) })).toContain("has printed nothing");
  });

  test("of hundreds of calls shows the longest, and says so", () => {
    const calls = Array.from({ length: 200 }, (_, at) => tool(START + at, START + at + 1 + (at % 7), ""));
    const text = page({ recording: recorded(START, lines(...calls)) });
    expect(text).toContain("The longest 60 of 200 calls of tools.");
  });
});

test("a template of HTML escapes what is put into it, and not templates of HTML", () => {
  expect(html`<p>${"<b>"} ${1} ${html`<i>${"&"}</i>`} ${[html`<br />`, html`<hr />`]}</p>`).toEqual(
    new Markup("<p>&#60;b&#62; 1 <i>&#38;</i> <br /><hr /></p>"),
  );
});
