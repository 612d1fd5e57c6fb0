import type { Clock } from "@opencode-k8s/k8s-kit";
import type { OwnMount } from "../paperclip-pod/index.ts";
import type { ServerProcess } from "../server-process.ts";
import { OutputCopies } from "./output-copies.ts";

/** The copies on a claim that this process has; `null` where it has none. */
export function outputCopies(mount: OwnMount | null, { openFolder }: ServerProcess, clock: Clock): OutputCopies | null {
  if (mount === null || !openFolder) return null;
  return new OutputCopies(async () => (await openFolder(mount.mountPath)).below(mount.folders), clock);
}
