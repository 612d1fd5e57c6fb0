import { expect } from "vitest";
import { settings } from "../../world/index.ts";
import { startSilentRegistry } from "../../world/silent-registry.ts";
import type { Json } from "../index.ts";
import { expectCancelled } from "./checks.ts";
import type { Office } from "./office.ts";
import type { Scenario } from "./scenario.ts";

/** A run is cancelled before its agent does anything: nothing is left, and a comment starts another one. */
async function playBeforeItBegins(office: Office, obstacle: Json, remedy: Json, note: RegExp): Promise<void> {
  const { api } = office.paperclip;
  const worker = await office.hire({ model: "pace-2s-1000ms", config: obstacle });
  const issue = await worker.assign("Begin, if you can.");
  const waiting = await worker.untilLogged(0, note);

  await api.cancelRun(waiting.id);

  const run = await worker.ended(0);
  await expectCancelled(office, issue, run);
  expect(await worker.events(run)).toEqual([]);
  await api.patchAgent(worker.agent.id, { adapterConfig: remedy });
  await worker.tell(issue, "Now you can.");
  expect(await worker.finish(1, issue)).toMatchObject({ status: "succeeded" });
}

const scheduling: Scenario = {
  name: "a run is cancelled while no node takes its pod",
  play: (office) =>
    playBeforeItBegins(
      office,
      { nodeSelector: "example.com/none=such" },
      { nodeSelector: "" },
      /didn't match|unschedulable|schedul/i,
    ),
};

const pulling: Scenario = {
  name: "a run is cancelled while its image is pulled",
  async play(office) {
    using registry = await startSilentRegistry(settings().hostIp);
    const image = `${registry.host}/agent:1`;
    await playBeforeItBegins(office, { image }, { image: settings().image }, /pull/i);
  },
};

const waiting: Scenario = {
  name: "a run is cancelled while it waits for another one of its agent",
  async play(office) {
    const { api } = office.paperclip;
    const worker = await office.hire({ model: "pace-2s-1000ms" });
    const first = await worker.assign("Take your time.", "The first task");
    await worker.inTheMiddle(0);
    const second = await worker.assign("Take your turn.", "The second task");
    const inLine = await worker.untilStatus(1, /^Waiting for run /);

    await api.cancelRun(inLine.id);

    const cancelled = await worker.ended(1);
    await expectCancelled(office, second, cancelled);
    expect(await worker.finish(0, first)).toMatchObject({ status: "succeeded" });
    await worker.tell(second, "Your turn.");
    expect(await worker.finish(2, second)).toMatchObject({ status: "succeeded" });
  },
};

/**
 * Lines of shell that stand the program's own processes still, the one that copies OpenCode's output to the log among them, and
 * tell in the log when OpenCode is over: what it printed since is on its way for ever.
 */
const HOLD_LOG = [
  'for p in /proc/[0-9]*; do grep -qs "^PPid:.1$" $p/status && [ "$(cat $p/comm)" = "$(cat /proc/1/comm)" ] && kill -STOP ${p#/proc/}; done',
  'env -u OPENCODE_K8S_MARK setsid sh -c "while kill -0 ${OPENCODE_PID:?}; do sleep 0.2; done; echo the agent is over >/proc/1/fd/1" </dev/null >/dev/null 2>&1 &',
].join("; ");

const draining: Scenario = {
  name: "a run is cancelled while its log drains, whose agent is over",
  async play(office) {
    // Nothing ends its program but the pod's grace.
    const worker = await office.hire({ model: "commands", config: { graceSec: 0 } });
    const issue = await worker.assign(`$ echo before\n$ ${HOLD_LOG}`);
    const { id } = await worker.untilLogged(0, /^the agent is over$/m);

    await office.paperclip.api.cancelRun(id);

    const run = await worker.ended(0);
    await expectCancelled(office, issue, run);
    expect(run.usageJson).toMatchObject({ inputTokens: expect.any(Number) as number });
    expect(run.sessionIdAfter).toMatch(/^ses_/);
  },
};

/** However far a run has come: it is over when Paperclip says so, and its issue is not held. */
export const cancelPhases: readonly Scenario[] = [waiting, scheduling, pulling, draining];
