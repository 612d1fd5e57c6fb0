export { buildInstallation, type Installation, type InstallationInput } from "./build-installation.ts";
export type { InstallationFeatures, Right } from "./rights.ts";
export { buildNetworkPolicy, type NetworkPolicyInput } from "./network-policy.ts";
