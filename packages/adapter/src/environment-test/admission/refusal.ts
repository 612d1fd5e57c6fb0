import { DIND_NAME } from "@opencode-k8s/job-manifest";
import type { Finding } from "../finding.ts";

/** What it means that a namespace refuses the pod of a run with these words, whether it was asked or tried. */
export function ofRefusal(words: string, namespace: string): Pick<Finding, "code" | "message" | "remedy"> {
  const message = `Namespace ${namespace} refuses the pod of a run: ${words}.`;
  if (/violates PodSecurity/.test(words)) {
    const remedy = words.includes(`"${DIND_NAME}"`)
      ? "A Docker daemon is privileged: remove dind.image, or name a namespace that enforces no more than the profile privileged."
      : "Change what it names in the configuration, or name a namespace that enforces a lower profile.";
    return { code: "k8s_pod_security", message, remedy };
  }
  const remedy = "The message names who refuses, and what: change that in the configuration, or there.";
  return { code: "k8s_pod_rejected", message, remedy };
}
