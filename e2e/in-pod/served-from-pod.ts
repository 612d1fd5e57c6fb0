import { packAdapter } from "../paperclip/index.ts";
import { settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { PaperclipPod } from "./paperclip-pod.ts";

/** A pod of a busy machine takes its time to start, milliseconds. */
const START_MS = 300_000;
/** The shared claim of server and runs. */
export const CLAIM = "paperclip-data";

/** What the adapter takes from the pod that it runs in, and is told in no configuration. */
export const TAKEN_FROM_POD = { namespace: undefined, kubeconfig: undefined } as const;

/** A Paperclip pod in the world's namespace, which has the packed adapter; its `execute` is for `world.heartbeat()`. It is the caller's to dispose of. */
export async function servedFromPod(world: World): Promise<PaperclipPod> {
  const { namespace, user } = world.parts;
  const [, , , serviceAccountName = ""] = user.split(":");
  const { image, kubeconfig, storageClass } = settings();
  const pod = new PaperclipPod({ kubeconfig, namespace, serviceAccountName, image, claimName: CLAIM, storageClass });
  const adapter = await packAdapter();
  try {
    await pod.create((isTrue) => world.eventually(START_MS, "the Paperclip pod is ready", isTrue));
    await pod.serve(adapter.folder);
  } finally {
    await adapter.remove();
  }
  return pod;
}
