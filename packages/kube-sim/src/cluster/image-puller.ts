import { untilAborted } from "../streams/wakeup.ts";
import type { Container } from "../wire.ts";
import type { World } from "./world.ts";

/** The kubelet's waits between tries of a pull: doubled from 10 s, at most 5 minutes. */
const BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 300_000;

/** A registry that does not have the image says so about this fast. */
const FAILURE_MS = 1000;

/** From ErrImagePull to ImagePullBackOff: the kubelet's next look at the pod. */
const NEXT_LOOK_MS = 12_000;

/** Where the puller says what happens: as events of the container, and as the reason for which it waits. */
export interface Reporter {
  say(type: "Normal" | "Warning", reason: string, message: string): void;
  waiting(reason: string, message: string): void;
}

/**
 * Waits until the image is on the node, saying what goes wrong meanwhile.
 * @throws the signal's reason when it aborts; there is no other end for an image that cannot be pulled
 */
export async function pullImage(
  world: World,
  container: Container,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { clock, images, timings } = world;
  const { say, waiting } = report;
  const image = container.image ?? "";
  if (!isValidReference(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    say("Warning", "InspectFailed", message);
    waiting("InvalidImageName", message);
    await untilAborted(signal);
  }
  for (let backoff = BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
    const state = images.get(image);
    if (state.kind === "present") {
      say("Normal", "Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`);
      return;
    }
    if (container.imagePullPolicy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      say("Warning", "ErrImageNeverPull", message);
      waiting("ErrImageNeverPull", message);
      await untilAborted(signal);
    }
    say("Normal", "Pulling", `Pulling image "${image}"`);
    if (state.kind === "remote") {
      const ms = state.pullMs ?? timings.pull;
      await clock.sleep(ms, signal);
      images.pulled(image);
      const took = `${(ms / 1000).toFixed(3)}s`;
      say(
        "Normal",
        "Pulled",
        `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 104857600 bytes.`,
      );
      return;
    }
    await clock.sleep(FAILURE_MS, signal);
    say("Warning", "Failed", `Failed to pull image "${image}": ${state.message}`);
    say("Warning", "Failed", "Error: ErrImagePull");
    waiting("ErrImagePull", state.message);
    await clock.sleep(NEXT_LOOK_MS, signal);
    say("Normal", "BackOff", `Back-off pulling image "${image}"`);
    say("Warning", "Failed", "Error: ImagePullBackOff");
    waiting("ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: ${state.message}`);
    await clock.sleep(backoff, signal);
  }
}

/** Host, path in lower case, tag, digest. */
function isValidReference(image: string): boolean {
  return /^([\w.-]+(:\d+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(image);
}
