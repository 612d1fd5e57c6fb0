import { expect } from "vitest";
import type { Receipt } from "@opencode-k8s/job-manifest";
import type { ExecutionResult } from "./heartbeat.ts";
import type { Run, World } from "./world.ts";

/** The garbage collector takes the pod's grace and about a second; a busy machine much more. Milliseconds. */
const COLLECTED_MS = 300_000;

/** What the adapter says of a run besides what Paperclip itself understands. */
export interface Account {
  readonly job: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly log: { readonly lines: number; readonly bytes: number; readonly complete: boolean };
  readonly receipt?: Receipt;
  readonly diagnosis?: { readonly category: string; readonly startedUserCode: boolean };
}

/** The account of a run that had a Job. */
export function accountOf({ resultJson }: ExecutionResult): Account {
  expect(resultJson).toMatchObject({ job: { uid: expect.any(String) as string }, log: {} });
  return resultJson as unknown as Account;
}

/** What Paperclip's live view carries of a chunk, bytes: longer lines are handed over shortened. */
const MAX_CHUNK = 8192;

/** Every line that OpenCode wrote was handed over, once, in order; and the receipt says the same. */
export async function expectWhole({ heartbeat, witness }: Run): Promise<void> {
  const { log, receipt } = accountOf(await heartbeat.result);
  const { events, torn } = heartbeat;
  expect(torn).toEqual([]);
  const written = await witness.linesWritten();
  const bytes = bytesOf(written ?? events);
  expect(log).toEqual({ lines: events.length, bytes, complete: true });
  expect(receipt).toMatchObject({ lines: events.length, bytes });
  if (written) expectSame(events, written);
}

/** What was handed over until the run was given up is what OpenCode wrote first, once, in order. */
export async function expectBeginning({ heartbeat, witness }: Run): Promise<void> {
  const { events, torn } = heartbeat;
  expect(torn).toEqual([]);
  const written = await witness.linesWritten();
  if (written) expectSame(events, written.slice(0, events.length));
}

/** Nothing of the run is left, and nothing secret was ever readable in its Job. */
export async function expectCollected(world: World, { heartbeat, witness, secrets }: Run): Promise<void> {
  await heartbeat.result;
  const job = JSON.stringify(await witness.job());
  expect(job).toContain("opencode");
  for (const secret of secrets) expect(job).not.toContain(secret);
  await expectNothingLeft(world);
}

/** Neither of this run nor of another one of the world's. */
export async function expectNothingLeft(world: World): Promise<void> {
  await world.eventually(COLLECTED_MS, "Job, pod and Secret are gone", async () => {
    const { jobs, pods, secrets: left } = await world.objects();
    return jobs.length + pods.length + left.length === 0;
  });
}

/** Compared so that a difference is shown as one line, and not as megabytes. */
function expectSame(delivered: readonly string[], written: readonly string[]): void {
  const first = written.findIndex((line, index) => !isDelivered(delivered[index] ?? "", line));
  const at = { first, delivered: delivered[first]?.slice(0, 200), written: written[first]?.slice(0, 200) };
  expect({ lines: delivered.length, ...(first === -1 ? {} : at) }).toEqual({ lines: written.length });
}

function isDelivered(line: string, written: string): boolean {
  if (Buffer.byteLength(written) < MAX_CHUNK) return line === written;
  return Buffer.byteLength(line) < MAX_CHUNK && line.includes("left out]");
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
