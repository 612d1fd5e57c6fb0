import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import { connectCluster, type LogGap, type LogLine } from "@opencode-k8s/k8s-kit";
import { Ledger } from "../../packages/adapter/src/output-copy/index.ts";
import { type ModelServer, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { compare, type Delivery, gapDelivery, lineDelivery } from "../kit/comparison.ts";
import { until } from "../kit/until.ts";
import { endlessLines } from "../kit/writers.ts";
import { settings } from "../world/index.ts";
import { findDriver } from "../world/find-driver.ts";
import { RunNamespace } from "./run-namespace.ts";
import { openCodeRun, shellRun } from "./small-run.ts";
import { WatchedRun } from "./watched-run.ts";

const { kubeconfig, hostIp, storageClass } = settings();
/** What is special about a run with the shared claim, which keeps what it printed. */
const SHARED = {
  workingDir: "/paperclip",
  dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
  keptOutputs: 10,
  timeoutSec: 0,
  graceSec: 30,
} as const;
/** However slow the machine, milliseconds. */
const BOUND_MS = 900_000;

let namespace: RunNamespace;
let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer({ host: hostIp });
  namespace = await RunNamespace.open(kubeconfig);
  await namespace.createClaim(SHARED.dataClaim.claimName, storageClass);
});
afterAll(async () => {
  await namespace[Symbol.asyncDispose]();
  await models.close();
});

/** What a later run finds at the path that a receipt names. */
async function checksum(path: string): Promise<string> {
  const { output } = await namespace.run(
    shellRun({ ...SHARED, agentId: "eve" }),
    `sha256sum "/paperclip/${path}" | cut -d ' ' -f 1`,
  );
  return output.trim();
}

function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What the adapter finds missing, whose ledger this is. @throws when not all that was delivered is in the lines */
function missingOf(lines: readonly string[], ledger: Ledger): string[] {
  const comparison = ledger.comparison();
  const all = lines.map((text) => ({ text, bytes: Buffer.byteLength(text) }));
  for (const line of all) comparison.show(line);
  const search = comparison.search();
  const missing = all.filter((line) => search.isMissing(line)).map(({ text }) => text);
  expect(search.isOver).toBe(true);
  return missing;
}

describe("the copy on the shared claim", () => {
  test("has what is missing in the gap of a reader who stood still while the log was rotated", async ({ skip }) => {
    const admin = connectCluster({ kind: "file", path: kubeconfig });
    const driver = await findDriver(kubeconfig, admin);
    if (!driver) return skip("nobody can look into the nodes of this cluster");
    const state = { name: "state", mountPath: "/state", source: { emptyDir: {} } };
    const run = shellRun({ ...SHARED, extraVolumes: [state] });
    const script = endlessLines({ burst: 3000, pauseSeconds: 0.5, bytes: 1000, paced: false });
    const ref = await namespace.start(run, script);
    await using watched = new WatchedRun(kubeconfig, ref);
    const pod = await watched.pod();
    const held = await driver.holdLog(pod, CONTAINER_NAME);
    try {
      const signal = AbortSignal.timeout(BOUND_MS);
      const deliveries: Delivery[] = [];
      const gaps: LogGap[] = [];
      const ledger = new Ledger();
      const came = new Set<string>();
      let last: LogLine | null = null;
      let stoodStill = false;
      const { receipt } = await watched.follow(async (event) => {
        if (event.type === "gap") {
          gaps.push(event);
          ledger.gap();
          deliveries.push(gapDelivery(last));
        }
        last = event.type === "line" ? event : null;
        if (event.type !== "line") return;
        ledger.add(event);
        came.add(event.text);
        deliveries.push(lineDelivery(event, deliveries.at(-1)?.kind === "gap"));
        if (stoodStill) return;
        stoodStill = true;
        // More files come and go than a node keeps, and than is read ahead.
        const before = await held.files();
        await until(async () => (await held.files()) >= before + 5, signal);
        await driver.flag(pod, `extra-${state.name}`, "stop", true);
      });

      const written = await held.linesWritten();
      const measured = compare(written, deliveries);
      console.log(JSON.stringify({ ...measured, rotations: (await held.files()) - 1, bytes: receipt.bytes }));
      expect(measured).toMatchObject({ lost: 0, doubled: 0, first: "" });
      expect(measured.lostInGaps).toBeGreaterThan(0);
      expect(gaps.length).toBe(measured.gaps);

      const all = written.slice(0, receipt.lines);
      const events = all.map((line) => `${line}\n`);
      const path = `.opencode-k8s/.runs/ada/${run.runId}/events.jsonl`;
      expect(receipt.copy).toEqual({ path, bytes: receipt.bytes });
      expect(Buffer.byteLength(events.join(""))).toBe(receipt.bytes);
      expect(await checksum(path)).toBe(checksumOf(events.join("")));
      const lacking = all.filter((line) => !came.has(line)).join("\n");
      expect(checksumOf(missingOf(all, ledger).join("\n"))).toBe(checksumOf(lacking));
    } finally {
      await held.release();
      await admin.close();
    }
  });

  test("is there with the receipt and OpenCode's exit code when the pod is deleted, and no tool is waited for", async () => {
    const prompt = "$ echo the first is done\n$ sleep 3000";
    const run = openCodeRun(models, "commands", { ...SHARED, prompt });
    const ref = await namespace.start(run, undefined);
    await using watched = new WatchedRun(kubeconfig, ref);
    const { metadata } = await watched.pod();
    let deletion: Promise<void> | undefined;
    const { output, receipt, containerExitCode } = await watched.follow((event) => {
      if (event.type === "line" && event.text.includes("the first is done"))
        deletion ??= namespace.deletePod(metadata?.name ?? "");
    });
    await deletion;

    // Past its grace the kubelet would have killed it: 137, and no receipt.
    expect(containerExitCode).toBe(143);
    expect(receipt).toMatchObject({ stopReason: "terminated", exitCode: null, signal: "SIGTERM" });
    // The tool leaves OpenCode's session, and would take 3,000 s.
    expect(receipt.durationMs).toBeLessThan(2_000_000);
    const bytes = Buffer.byteLength(output);
    expect([receipt.lines, receipt.bytes]).toEqual([output.split("\n").length - 1, bytes]);
    const path = `.opencode-k8s/.runs/ada/${run.runId}/events.jsonl`;
    expect(receipt.copy).toEqual({ path, bytes });
    expect(await checksum(path)).toBe(checksumOf(output));
  });
});
