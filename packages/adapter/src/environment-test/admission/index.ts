export { dryRunPod } from "./pod-dry-run.ts";
export { quotaFindings } from "./quota-findings.ts";
export { ofRefusal } from "./refusal.ts";
