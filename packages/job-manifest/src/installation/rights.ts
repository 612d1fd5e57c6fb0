import type { V1PolicyRule } from "@kubernetes/client-node";

/** What an installation does besides running Jobs. Each costs rights, and is off unless it is switched on. */
export interface InstallationFeatures {
  /** Databases of agents on claims of their own, which are created where they are missing. */
  databaseClaims?: boolean;
  /**
   * Agents whose pods get a NetworkPolicy of their own (`networkPolicy`). Policies add up, so who may make one may also allow
   * what another one does not. Leave it out where the cluster's own policies have the last word.
   */
  networkPolicies?: boolean;
  /** Says why a pod does not start in the scheduler's and the kubelet's own words. */
  explainPending?: boolean;
  /**
   * Finds out whether a Secret or its claim was made although the API server's answer got lost. Without it such a run is
   * taken back and fails, before it began. A right to read Secrets is one to read every Secret of the namespace.
   */
  confirmSecrets?: boolean;
  /** A cancel gives a pod less time than the pod's own grace. */
  shortenGrace?: boolean;
  /**
   * A test of the environment asks what it otherwise learns of a pod, and more exactly: whether the namespace takes the pod of a
   * run (a dry run), and whether quotas, limits and claims fit. Whoever may create Jobs makes pods already.
   */
  askBefore?: boolean;
}

/** A right, and why it is there. Its verbs are in the order of use. */
export interface Right {
  rule: V1PolicyRule;
  reason: string;
}

/** The rights in the namespace of the Jobs, and no others: none of them is of the cluster. */
export function rightsOf(features: InstallationFeatures): Right[] {
  const { databaseClaims, networkPolicies, explainPending, confirmSecrets, shortenGrace, askBefore } = features;
  return [
    right("batch", "jobs", ["list", "watch"], "one shared watch for all runs"),
    right("batch", "jobs", ["create", "delete"], "a run is a Job; it is deleted when it was collected, or cancelled"),
    right("batch", "jobs", ["get"], "whether a Job was made although the answer got lost; whether it is gone"),
    right("batch", "jobs", ["patch"], "a Job is created suspended, and resumed by the one who holds the agent's Lease"),
    right(
      "coordination.k8s.io",
      "leases",
      ["list", "watch", "create", "update"],
      "who runs an agent: one run at a time",
    ),
    right("coordination.k8s.io", "leases", ["get"], "whether a Lease was written although the answer got lost"),
    right("", "pods", ["list", "watch"], "how a run starts and ends"),
    right("", "pods", ["get"], "whose log it is; whether the pod of a cancelled run is gone"),
    right("", "pods/log", ["get"], "what the agent says"),
    right("", "secrets", ["create"], "what is secret of a run; deleted with its Job, by the cluster"),
    ...only(confirmSecrets, right("", "secrets", ["get"], "whether a Secret was made although the answer got lost")),
    ...only(
      databaseClaims,
      right(
        "",
        "persistentvolumeclaims",
        ["create", "get"],
        "the database of an agent, and of what class and size it is",
      ),
    ),
    ...only(
      networkPolicies,
      right("networking.k8s.io", "networkpolicies", ["create", "update"], "whom the pods of an agent may speak to"),
    ),
    ...only(explainPending, right("", "events", ["list"], "why a pod does not start")),
    ...only(shortenGrace, right("", "pods", ["delete"], "ending a pod sooner than its own grace says")),
    ...only(
      askBefore,
      right("", "pods", ["create"], "a test asks whether the namespace takes the pod of a run; none is kept"),
      right("", "resourcequotas", ["list"], "a test asks whether a quota has room for a run"),
      right("", "limitranges", ["list"], "a test asks whether the resources of a run are in range"),
    ),
    ...only(
      askBefore && !databaseClaims,
      right("", "persistentvolumeclaims", ["get"], "a test asks whether the shared claim is there and fits"),
    ),
  ];
}

function right(group: string, resource: string, verbs: string[], reason: string): Right {
  return { rule: { apiGroups: [group], resources: [resource], verbs }, reason };
}

function only(isOn: boolean | undefined, ...rights: Right[]): Right[] {
  return isOn ? rights : [];
}
