export { buildRunObjects } from "./build-run-objects.ts";
export type { RunObjects } from "./build-run-objects.ts";
export { FILES_DIR } from "./secret/carried-files.ts";
export { type ChosenDatabase, chooseDatabase, type DatabaseChoice } from "./storage/choose-database.ts";
export { type ClaimProblem, claimProblems } from "./storage/claim-problems.ts";
export { isReservedEnvironmentName } from "./values/environment-name.ts";
export { imageAllowed } from "./values/image-allowlist.ts";
export type { RunCredentials } from "./input/credentials.ts";
export type { RunFile } from "./input/files.ts";
export type { RunDatabase } from "./input/database.ts";
export type { Dind } from "./input/docker.ts";
export type { AllowedTraffic, Destination } from "./input/network.ts";
export type { ExtraVolume } from "./input/storage.ts";
export {
  buildInstallation,
  buildNetworkPolicy,
  type Installation,
  type InstallationFeatures,
  type InstallationInput,
  type NetworkPolicyInput,
  type Right,
} from "./installation/index.ts";
export { AGENT_JOB_SELECTOR, agentSelector, PROTOCOL, PROTOCOL_LABEL } from "./labels.ts";
export { ManifestError } from "./values/manifest-error.ts";
export { claimName, jobName, labelValue, leaseName, networkPolicyName, secretName } from "./names.ts";
export { namespaceOf } from "./values/namespace-template.ts";
export { DIND_NAME } from "./pod/dind.ts";
export { CONTAINER_NAME } from "./pod/pod.ts";
export { amount as quantityAmount, isQuantity, ONE as WHOLE } from "./values/quantity.ts";
export { mountPath, TMPDIR } from "./storage/paths.ts";
export { type DatabaseVolume, type SqliteConcern, sqliteConcern } from "./storage/sqlite-safety.ts";
export { COPIES_FOLDERS, COPY_FILES, copyFolders } from "./storage/output-copy.ts";
export { parseReceipt, RECEIPT_TYPE } from "./program/receipt.ts";
export type { Receipt } from "./program/receipt.ts";
export type { RunInput } from "./input/run-input.ts";
export type { RunResources } from "./input/resources.ts";
export { ownedBy } from "./secret/secret.ts";
export { parseLabels, parseNodeSelector, parseTolerations } from "./input/text-forms.ts";
