/** The cluster that the suite runs on, as the environment names it. */
export interface Settings {
  /** `E2E_KUBECONFIG`: may create and delete namespaces, and everything in them. */
  readonly kubeconfig: string;
  /** `E2E_HOST_IP`: an address of this machine that pods reach. */
  readonly hostIp: string;
  /** `E2E_AGENT_IMAGE`: has OpenCode in it. */
  readonly image: string;
  /** `E2E_STORAGE_CLASS`: gives claims that outlive a pod. */
  readonly storageClass: string;
}

/** @throws when a variable is not set, naming all that are missing */
export function settings(): Settings {
  const missing: string[] = [];
  const read = (name: string): string => {
    const value = process.env[name];
    if (!value) missing.push(name);
    return value ?? "";
  };
  const found: Settings = {
    kubeconfig: read("E2E_KUBECONFIG"),
    hostIp: read("E2E_HOST_IP"),
    image: read("E2E_AGENT_IMAGE"),
    storageClass: read("E2E_STORAGE_CLASS"),
  };
  if (missing.length > 0) throw new Error(`set ${missing.join(", ")}: see e2e/README.md`);
  return found;
}

/** `E2E_SHELL_IMAGE`: has a shell and the usual commands, and nothing else. */
export const SHELL_IMAGE: string = process.env.E2E_SHELL_IMAGE ?? "real-kube.local/busybox:1";
