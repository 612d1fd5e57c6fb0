import type { KubeConfig } from "@kubernetes/client-node";

/** `users[].user.exec` of a kubeconfig (client.authentication.k8s.io). */
export interface ExecConfig {
  readonly apiVersion?: string;
  command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
  readonly installHint?: string;
}

type ClientNodeUser = NonNullable<ReturnType<KubeConfig["getCurrentUser"]>>;

/** A user as client-node keeps it, with types where that has none. */
export type KubeUser = Omit<ClientNodeUser, "exec" | "authProvider"> & {
  readonly exec?: ExecConfig | null;
  readonly authProvider?: { readonly name?: string; readonly config?: Record<string, string | undefined> } | null;
};

export function currentUser(config: KubeConfig): KubeUser | null {
  return config.getCurrentUser();
}
