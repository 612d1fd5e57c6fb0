import type { V1Toleration } from "@kubernetes/client-node";
import type { RunInput } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { given } from "./given.ts";

type PodOptions =
  | "affinity"
  | "annotations"
  | "automountServiceAccountToken"
  | "authJson"
  | "dnsConfig"
  | "dnsPolicy"
  | "image"
  | "imagePullPolicy"
  | "imagePullSecrets"
  | "labels"
  | "nodeSelector"
  | "priorityClassName"
  | "providerKeys"
  | "resources"
  | "runtimeClassName"
  | "scratch"
  | "serviceAccountName"
  | "tolerations"
  | "user";

/** The pod of a run and what it is given, as it is configured: each key is the field of its name. */
export function podOptions(config: RunConfig): Pick<RunInput, PodOptions> {
  const { image, imagePullPolicy, imagePullSecrets, automountServiceAccountToken } = config;
  const { serviceAccountName, priorityClassName, runtimeClassName, labels, nodeSelector, tolerations, affinity } =
    config;
  const all = [...(tolerations ?? []), ...ofLostNodes(config)];
  const { annotations, dnsPolicy, dnsConfig, providerKeys, authJson } = config;
  return {
    image,
    imagePullPolicy,
    imagePullSecrets,
    automountServiceAccountToken,
    tolerations: all,
    ...given({ serviceAccountName, priorityClassName, runtimeClassName, labels, nodeSelector, affinity }),
    ...given({ annotations, dnsPolicy, dnsConfig, providerKeys, authJson }),
    resources: {
      requests: { cpu: config["resources.requests.cpu"], memory: config["resources.requests.memory"] },
      limits: { cpu: config["resources.limits.cpu"], memory: config["resources.limits.memory"] },
    },
    user: given({ uid: config["user.uid"], gid: config["user.gid"], fsGroup: config["user.fsGroup"] }),
    scratch: given({
      workspace: config["scratch.workspace"],
      home: config["scratch.home"],
      tmp: config["scratch.tmp"],
      run: config["scratch.run"],
      database: config["scratch.database"],
    }),
  };
}

/** How long the pod stays on a node that does not answer, unless the configuration tolerates that itself. The cluster's default is 300 s. */
function ofLostNodes({ tolerations = [], nodeLostTimeoutSec }: RunConfig): V1Toleration[] {
  const isOwn = (key: string): boolean =>
    tolerations.some((own) => ["", key].includes(own.key ?? "") && ["", "NoExecute"].includes(own.effect ?? ""));
  return ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    .filter((key) => !isOwn(key))
    .map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: nodeLostTimeoutSec }));
}
