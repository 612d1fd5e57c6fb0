import { CONTAINER_NAME, parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, deadline, LineSplitter, type Pod } from "@opencode-k8s/k8s-kit";
import type { Delivery } from "../../observe/index.ts";
import type { OutputLine } from "../../output-copy/index.ts";
import { withRight } from "./missing-right.ts";

/** A log as it is now is read within this time, milliseconds. */
const READ_MS = 120_000;
/** As much of a line as a follow keeps. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Delivers the log of a run's pod as it is now, and waits for nothing more.
 * @returns the program's last word; `null` when there is none yet, or none
 * @throws MissingRightError; KubernetesError; DeadlineError; the signal's reason
 */
export async function readLogNow(
  cluster: Cluster,
  { metadata }: Pod,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Receipt | null> {
  const path = `${collectionPath.pods(metadata?.namespace ?? "")}/${metadata?.name ?? ""}/log`;
  using limit = deadline(cluster.clock, READ_MS, "reading the log", signal);
  const { body } = await withRight({ group: "", resource: "pods/log", verbs: ["get"] }, () =>
    cluster.stream(path, { query: { container: CONTAINER_NAME }, signal: limit.signal }),
  );
  let receipt: Receipt | null = null;
  const lines: OutputLine[] = [];
  const splitter = new LineSplitter(MAX_LINE_BYTES, (chunk, start, end, cutFrom) => {
    const text = chunk.toString("utf8", start, end);
    const word = parseReceipt(text);
    if (word) receipt = word;
    else lines.push({ text, bytes: cutFrom || end - start });
  });
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    splitter.push(chunk);
    await delivery.lines(lines.splice(0));
  }
  // What has no newline yet is a line that is being written.
  return receipt;
}
