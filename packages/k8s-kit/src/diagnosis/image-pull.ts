import { isWaitingFor, stuckContainer } from "./stuck-container.ts";
import { type Evidence, type Finding, words } from "./diagnosis.ts";

/** Pulls that no waiting mends: a name that is none, an image that is not there, a registry that says no. */
const HOPELESS =
  /InvalidImageName|ErrImageNeverPull|not found|manifest unknown|does not exist|denied|unauthorized|forbidden|authentication required/i;
/**
 * Pulls that may do next time. Outweighs the above: a registry that is over its limits may say "denied" as well
 * (Airflow 49867, 62215 and 65490, krane 477).
 */
const PASSING =
  /too ?many ?requests|rate limit|time(d )?out|deadline exceeded|connection (refused|reset)|no such host|server misbehaving|unreachable|no route to host|EOF|\b50[0234]\b|temporar/i;
/** Names of images, hosts, URLs and digests: however they are spelled, they are not what the registry said. */
const NAMES = /"[^"]*"|\S*[/]\S*|sha256:[0-9a-f]+/g;
/** What the kubelet puts before the words of the failure that it backs off from (seen on 1.35). */
const BACK_OFF = /^Back-off pulling image "[^"]*"(: ErrImagePull: )?/;

/** The image of a container that holds up the pod cannot be pulled. */
export function imagePull(evidence: Evidence): Finding | null {
  const stuck = stuckContainer(evidence, isWaitingFor(/Image/));
  const { reason = "", message = "" } = stuck?.state?.waiting ?? {};
  if (!stuck) return null;
  // Without the back-off, so that the two states between which a pull goes to and fro say the same. Kubernetes before 1.32
  // says nothing more there; the events do.
  const detail = message.replace(BACK_OFF, "") || said(evidence, stuck.image) || message;
  const cause = `${reason} ${detail}`.replaceAll(stuck.image, "").replaceAll(NAMES, "");
  const passing = PASSING.test(cause);
  return {
    category: "image_pull",
    summary: `The image ${stuck.image} cannot be pulled`,
    detail: words(detail),
    remedy:
      "Check the image's name, tag and platform, and imagePullSecrets; the registry must be reachable from the node.",
    retryable: passing,
    final: HOPELESS.test(cause) && !passing,
  };
}

/** What the last pull of the image failed with, by the events. */
function said({ events = [] }: Evidence, image: string): string {
  const prefix = /^Failed to pull image "[^"]*": /;
  const failed = events.findLast(
    ({ reason, message }) => reason === "Failed" && prefix.test(message ?? "") && message?.includes(image),
  );
  return failed?.message?.replace(prefix, "") ?? "";
}
