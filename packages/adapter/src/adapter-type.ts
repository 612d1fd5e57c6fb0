/** Name of this adapter in Paperclip. */
export const ADAPTER_TYPE = "opencode_k8s";
