import type { Pod } from "@opencode-k8s/k8s-kit";
import { withoutSlash } from "../paths.ts";

type PodSpec = NonNullable<Pod["spec"]>;
export type Container = PodSpec["containers"][number];

/** Paperclip's container among others of its pod, such as a proxy: by its name, else by the data that it mounts, else the first. */
export function paperclipContainer(pod: Pod, mountPath: string): Container {
  const containers = pod.spec?.containers ?? [];
  return (
    containers.find(({ name }) => name === "paperclip") ??
    containers.find(({ volumeMounts }) => volumeMounts?.some((mount) => withoutSlash(mount.mountPath) === mountPath)) ??
    containers[0] ?? { name: "" }
  );
}
