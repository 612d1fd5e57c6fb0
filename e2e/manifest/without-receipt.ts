import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";

/** What a log has before its last line, and that. @throws when it is no receipt */
export function withoutReceipt(log: string): { output: string; receipt: Receipt } {
  const start = log.lastIndexOf("\n", log.length - 2) + 1;
  const receipt = parseReceipt(log.slice(start).trimEnd());
  if (!receipt) throw new Error(`no receipt: ${log.slice(-500)}`);
  return { output: log.slice(0, start), receipt };
}
