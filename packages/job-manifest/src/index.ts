export { buildRunObjects } from "./build-run-objects.ts";
export type { RunObjects } from "./build-run-objects.ts";
export { FILES_DIR } from "./carried-files.ts";
export { type ChosenDatabase, chooseDatabase, type DatabaseChoice } from "./choose-database.ts";
export { type ClaimProblem, claimProblems } from "./claim-problems.ts";
export { isReservedEnvironmentName } from "./environment-name.ts";
export { imageAllowed } from "./image-allowlist.ts";
export type { RunCredentials } from "./input/credentials.ts";
export type { RunFile } from "./input/files.ts";
export type { RunDatabase } from "./input/database.ts";
export type { ExtraVolume } from "./input/storage.ts";
export {
  buildInstallation,
  buildNetworkPolicy,
  type Destination,
  type Installation,
  type InstallationFeatures,
  type InstallationInput,
  type NetworkPolicyInput,
  type Right,
} from "./installation/index.ts";
export { AGENT_JOB_SELECTOR, agentSelector, PROTOCOL, PROTOCOL_LABEL } from "./labels.ts";
export { ManifestError } from "./manifest-error.ts";
export { claimName, jobName, labelValue, secretName } from "./names.ts";
export { namespaceOf } from "./namespace-template.ts";
export { CONTAINER_NAME } from "./pod.ts";
export { isQuantity } from "./quantity.ts";
export { parseReceipt, RECEIPT_TYPE } from "./receipt.ts";
export type { Receipt } from "./receipt.ts";
export type { RunInput, RunResources } from "./run-input.ts";
export { ownedBy } from "./secret.ts";
export { parseLabels, parseNodeSelector, parseTolerations } from "./text-forms.ts";
