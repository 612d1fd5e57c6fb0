import type { FailureCategory } from "@opencode-k8s/k8s-kit";
import { isLoopback } from "../../loopback.ts";
import { ofRefusal } from "../admission/index.ts";
import type { Finding } from "../finding.ts";
import type { FindingCode } from "../finding-codes.ts";
import type { Subject } from "../subject.ts";
import type { ProbeResult } from "./run-probe.ts";

/** What the probe found out, and what not. */
export function probeFindings(result: ProbeResult, { apiUrl, config }: Pick<Subject, "apiUrl" | "config">): Finding[] {
  const { started, diagnosis } = result;
  const stuck = diagnosis && (!started || result.answer.opencode === undefined);
  if (stuck) return [ofDiagnosis(diagnosis, config.namespace)];
  if (!started) {
    const message = `The pod of the test did not start in time. ${result.lastSeen || "It was not seen"}.`;
    const remedy = "Where its image is being pulled, or a node is being made, test again in a while.";
    return [{ code: "k8s_probe_unfinished", level: "warn", message, remedy }];
  }
  return [ofOpenCode(result, config.image), ...ofApi(result, apiUrl, config.networkPolicy !== undefined)];
}

/** Those of a run that does not start. */
const CODES: Readonly<Partial<Record<FailureCategory, FindingCode>>> = {
  image_pull: "k8s_image_pull_failed",
  unschedulable: "k8s_pod_schedule_failed",
  volume: "k8s_pod_schedule_failed",
  container_config: "k8s_container_config_error",
};

function ofDiagnosis(
  { category, summary, detail, remedy, final }: NonNullable<ProbeResult["diagnosis"]>,
  namespace: string,
): Finding {
  const level = final || category === "container_config" ? "error" : "warn";
  if (category === "pod_rejected" && detail !== "") return { level, ...ofRefusal(detail, namespace) };
  const why = [summary, detail].filter(Boolean).join(": ");
  return {
    code: CODES[category] ?? "k8s_probe_failed",
    level,
    message: `The pod of the test did not start. ${why}.`,
    remedy,
  };
}

function ofOpenCode({ answer: { opencode } }: ProbeResult, image: string): Finding {
  switch (opencode?.kind) {
    case "version":
      return { code: "opencode_found", level: "info", message: `The image has OpenCode ${opencode.version}.` };
    case "missing": {
      const message = `The image ${image} has no executable opencode in its PATH (${opencode.path}).`;
      return {
        code: "opencode_missing",
        level: "error",
        message,
        remedy: "Build it with OpenCode in it, or name another one: image.",
      };
    }
    case "failed": {
      const message = `OpenCode of the image ${image} does not say its version: ${opencode.said || "it said nothing"}.`;
      return {
        code: "opencode_failed",
        level: "error",
        message,
        remedy: "Check the image: it may be of another architecture, or lack a library.",
      };
    }
    case undefined:
      return { code: "opencode_unknown", level: "warn", message: "OpenCode did not say its version in time." };
  }
}

/** Nothing, where there is no address: that is found without a pod. */
function ofApi({ answer: { api } }: ProbeResult, url: string | undefined, hasPolicy: boolean): Finding[] {
  if (url === undefined || isLoopback(url)) return [];
  const place = `Paperclip's API at ${url}`;
  const policy = hasPolicy ? " The agent's networkPolicy was not in force for this." : "";
  if (api === undefined || api.kind === "unchecked") {
    const why = api
      ? "the image has neither a newer OpenCode nor node, curl or wget to ask with"
      : "there was no answer in time";
    return [
      { code: "paperclip_api_unknown", level: "warn", message: `Whether a pod reaches ${place} is not known: ${why}.` },
    ];
  }
  if (api.kind === "unreachable") {
    const remedy =
      "Set paperclipApiUrl to an address that pods reach, such as that of a Service, and allow it in network policies.";
    return [
      { code: "paperclip_api_unreachable", level: "error", message: `No pod reaches ${place}: ${api.why}`, remedy },
    ];
  }
  const { status } = api;
  if (status >= 200 && status < 300)
    return [{ code: "paperclip_api_reachable", level: "info", message: `A pod reaches ${place}.${policy}` }];
  const message = `A pod reaches ${place}, which answers with HTTP ${status}.`;
  const remedy =
    status === 403
      ? "Paperclip refuses names of hosts that it does not know: npx paperclipai allowed-hostname <host>."
      : "Check paperclipApiUrl: it is Paperclip that should answer there, and not a proxy or a login.";
  return [{ code: "paperclip_api_refuses", level: "warn", message, remedy }];
}
