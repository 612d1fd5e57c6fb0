export { probeFindings } from "./probe-findings.ts";
export { runProbe } from "./run-probe.ts";
