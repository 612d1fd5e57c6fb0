import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import { systemClock } from "@opencode-k8s/k8s-kit";
import { ANSWER, receiptFor } from "../../test/sim-run.ts";
import { Folder } from "../file-system/index.ts";
import { Cleaner } from "../log/index.ts";
import { Delivery } from "../observe/index.ts";
import { OutputCopies } from "./output-copies.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "/proc/self/fd: on Linux only"));

const RUN = { agentId: "ada", runId: "r1" };
const { signal } = new AbortController();

let root: string;
let copies: OutputCopies;
const folder = (): string => join(root, ".opencode-k8s/.runs/ada/r1");
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "claim-"));
  copies = new OutputCopies(() => Folder.open(root), systemClock);
});
afterEach(() => rm(root, { recursive: true }));

/** As the program in the pod leaves it. */
async function leave(lines: readonly string[], where: string = folder()): Promise<void> {
  await mkdir(where, { recursive: true });
  await writeFile(join(where, "events.jsonl"), lines.map((line) => `${line}\n`).join(""));
  await writeFile(join(where, "stderr"), "some words");
}

/** What is told to Paperclip of a run whose log was these lines, with gaps between them. */
class Told {
  readonly lines: string[] = [];
  readonly notes: string[] = [];
  onNote = (): Promise<void> => Promise.resolve();
  readonly delivery = new Delivery(
    (_, chunk) => {
      const isNote = chunk.startsWith("[paperclip] ");
      (isNote ? this.notes : this.lines).push(chunk.trimEnd());
      return isNote ? this.onNote() : Promise.resolve();
    },
    new Cleaner(["canary-0123456789"]),
  );

  static async of(...segments: readonly (readonly string[])[]): Promise<Told> {
    const told = new Told();
    for (const [index, lines] of segments.entries()) {
      if (index > 0) told.delivery.ledger.gap();
      await told.delivery.lines(lines.map((text) => ({ text, bytes: Buffer.byteLength(text) })));
    }
    return told;
  }

  async complete(receipt: Receipt | null, uid?: number): Promise<void> {
    await copies.complete({ ...RUN, uid, receipt }, this.delivery, signal);
  }
}

/** Of a run that wrote these lines, and left a copy of them. */
function receiptOf(lines: readonly string[], more: Record<string, unknown> = {}): Receipt {
  const copy = { path: ".opencode-k8s/.runs/ada/r1/events.jsonl", bytes: 0 };
  const receipt = parseReceipt(receiptFor(lines, { copy, ...more }));
  if (!receipt) throw new Error("it is no receipt");
  return receipt;
}

describe("a log with a gap", () => {
  test("is completed from the copy: its lines follow, the report is that of the whole run, and the copy is removed", async () => {
    const [first = "", second = "", third = ""] = ANSWER;
    await leave(ANSWER);
    const told = await Told.of([first], [third]);
    const receipt = receiptOf(ANSWER);
    await told.complete(receipt);
    expect(told.lines).toEqual([first, third, second]);
    expect(told.notes).toEqual([expect.stringMatching(/Lines that the log lacks: 1\. They follow/)]);
    expect(told.delivery.agreesWith(receipt)).toBe(true);
    expect(told.delivery.reader.report()).toMatchObject({ sessionId: "ses_1", finishReason: "stop" });
    expect(await readdir(join(root, ".opencode-k8s/.runs/ada"))).toEqual([]);
  });

  test("is completed as any other line is delivered: without what is secret", async () => {
    const lines = [...ANSWER, "it is canary-0123456789"];
    await leave(lines);
    const told = await Told.of(ANSWER, []);
    await told.complete(receiptOf(lines));
    expect(told.lines.at(-1)).toBe("it is ***");
  });

  test("whose receipt is lost, too, is completed where there is a copy, and nothing is said where there is none", async () => {
    const told = await Told.of(ANSWER.slice(0, 1));
    await told.complete(null);
    expect(told.notes).toEqual([]);
    await leave(ANSWER);
    await told.complete(null);
    expect(told.lines).toEqual(ANSWER);
  });

  test("of any lines, torn or equal, has them all in the end, each as often as it was written", async () => {
    const line = fc.oneof(fc.constantFrom("a", "b", ""), fc.string({ maxLength: 300 }));
    const segments = fc.array(fc.record({ came: fc.array(line), lost: fc.array(line) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(segments, async (parts) => {
        const oneLine = (text: string): string => text.replaceAll("\n", " ").toWellFormed();
        const written = parts.flatMap(({ came, lost }) => [...came, ...lost]).map(oneLine);
        await leave(written);
        const told = await Told.of(...parts.map(({ came }) => came.map(oneLine)), []);
        const receipt = receiptOf(written);
        await told.complete(receipt);
        const cleaned = new Cleaner([]).lines(written).map((text) => text.trimEnd());
        expect(told.lines.toSorted()).toEqual(cleaned.toSorted());
        expect(told.delivery.agreesWith(receipt)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

test("a copy that goes away while its lines follow does not make the log whole", async () => {
  const [first = "", second = "", third = ""] = ANSWER;
  await leave(ANSWER);
  const told = await Told.of([first], [third]);
  const receipt = receiptOf(ANSWER);
  told.onNote = () => truncate(join(folder(), "events.jsonl"));
  await told.complete(receipt);
  expect(told.lines).not.toContain(second);
  expect(told.notes.at(-1)).toMatch(/What the log lacks could not be read/);
  expect(told.delivery.agreesWith(receipt)).toBe(false);
});

describe("a copy is left alone, and the run says why,", () => {
  const told = async (receipt: Receipt, uid?: number): Promise<string> => {
    const run = await Told.of(ANSWER.slice(0, 1), []);
    await run.complete(receipt, uid);
    expect(run.lines).toEqual(ANSWER.slice(0, 1));
    return run.notes.join("\n");
  };

  test("that is a link", async () => {
    const secret = join(root, "secret");
    await writeFile(secret, "canary");
    await mkdir(folder(), { recursive: true });
    await symlink(secret, join(folder(), "events.jsonl"));
    expect(await told(receiptOf(ANSWER))).toMatch(/could not be read from the copy on the shared claim: ELOOP/);
    expect(await readFile(secret, "utf8")).toBe("canary");
  });

  test("in whose place a folder is linked", async () => {
    await leave(ANSWER, join(root, "elsewhere", "r1"));
    await mkdir(join(root, ".opencode-k8s/.runs"), { recursive: true });
    await symlink(join(root, "elsewhere"), join(root, ".opencode-k8s/.runs/ada"));
    expect(await told(receiptOf(ANSWER))).toMatch(/ENOTDIR/);
    expect(await readdir(join(root, "elsewhere", "r1"))).toHaveLength(2);
  });

  test("that is not there", async () => {
    expect(await told(receiptOf(ANSWER))).toMatch(/ENOENT/);
  });

  test("that belongs to somebody else", async () => {
    await leave(ANSWER);
    const { uid } = await stat(folder());
    expect(await told(receiptOf(ANSWER), uid + 1)).toMatch(new RegExp(`belongs to user ${uid}$`));
  });

  test("that is not as long as the receipt says", async () => {
    await leave(ANSWER.slice(0, 2));
    expect(await told(receiptOf(ANSWER))).toMatch(/it has \d+ bytes, and OpenCode wrote \d+$/);
    expect(await readdir(folder())).toHaveLength(2);
  });

  test("that does not have what the log had", async () => {
    await leave(ANSWER);
    const run = await Told.of(["{cut", "something"], ["else}", "of another run", "something else"], ["cut}"]);
    await run.complete(receiptOf(ANSWER));
    expect(run.notes).toEqual([expect.stringMatching(/it does not have all that the log had$/)]);
    expect(await readdir(folder())).toHaveLength(2);
    expect(run.delivery.reader.report()).toMatchObject({ sessionId: null });
  });
});

test.each([
  ["made", null],
  ["whole", { failed: "No space left on device" }],
])("a copy that was not %s is not looked for: the receipt's own note says why", async (_, copy) => {
  await leave(ANSWER);
  const run = await Told.of(ANSWER.slice(0, 1), []);
  await run.complete(receiptOf(ANSWER, { copy }));
  expect([run.lines, run.notes]).toEqual([ANSWER.slice(0, 1), []]);
});

test("the copies of agents that have not run for thirty days are removed, and nothing else", async () => {
  const runs = join(root, ".opencode-k8s/.runs");
  await leave(ANSWER, join(runs, "gone", "r1"));
  await leave(ANSWER, join(runs, "gone", "r2"));
  await leave(ANSWER, join(runs, "late", "r1"));
  await leave(ANSWER, join(runs, "own", "r1"));
  await writeFile(join(runs, "own", "r1", "notes.txt"), "of a person");
  const old = new Date(Date.now() - 31 * 86_400_000);
  await utimes(join(runs, "gone"), old, old);
  await utimes(join(runs, "own"), old, old);
  await leave(ANSWER, join(root, "elsewhere", "r1"));
  await utimes(join(root, "elsewhere"), old, old);
  await symlink(join(root, "elsewhere"), join(runs, "linked"));

  await copies.sweep(signal);

  expect((await readdir(runs)).toSorted()).toEqual(["late", "linked", "own"]);
  expect(await readdir(join(runs, "late", "r1"))).toHaveLength(2);
  expect(await readdir(join(runs, "own", "r1"))).toEqual(["notes.txt"]);
  expect(await readdir(join(root, "elsewhere", "r1"))).toHaveLength(2);
});
