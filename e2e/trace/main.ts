/**
 * Plays one run on the cluster, and draws its trace into docs/images/trace.svg from the spans that a host's SDK gets.
 *
 *   E2E_KUBECONFIG=… (all variables of e2e/README.md) node e2e/trace/main.ts
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TelemetryHost } from "../../packages/adapter/test/telemetry-host.ts";
import { openClusterWorld } from "../world/index.ts";
import { settings } from "../world/settings.ts";
import { drawTrace } from "./draw-trace.ts";

const PICTURE = join(import.meta.dirname, "../../docs/images/trace.svg");
/** A pod's grace, and more. */
const CLEANED_UP_MS = 120_000;

await using host = new TelemetryHost();
await using world = await openClusterWorld(settings());
const result = await world.heartbeat({ model: "demo", task: "Leave a note." }).heartbeat.result;
if (result.exitCode !== 0) throw new Error(`the run failed: ${result.errorCode ?? ""} ${result.errorMessage ?? ""}`);
const isThere = (): boolean => host.spans.some(({ name }) => name === "clean_up");
await world.eventually(CLEANED_UP_MS, "the run has cleaned up", isThere);
await writeFile(PICTURE, drawTrace(host.spans));
console.log(`${PICTURE}: ${host.spans.length} spans`);
