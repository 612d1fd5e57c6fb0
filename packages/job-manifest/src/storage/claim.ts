import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import { keptLabels } from "../labels.ts";
import { objectName } from "../values/kubernetes-names.ts";
import { claimName } from "../names.ts";
import { capacityOf } from "../values/quantity.ts";

/** The claim of the agent's database, or nothing where the database has none of its own. It outlives its runs. */
export function databaseClaim(input: RunInput): V1PersistentVolumeClaim | undefined {
  if (input.database.mode !== "dedicated_pvc") return undefined;
  const { storageClass, capacity } = input.database;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: claimName(input.agentId),
      namespace: input.namespace,
      labels: { ...keptLabels(input.agentId), "paperclip.io/pvc-type": "agent-db" },
    },
    spec: {
      // One node at a time: SQLite is not safe on most file systems that several nodes share.
      accessModes: ["ReadWriteOnce"],
      ...(storageClass === undefined ? {} : { storageClassName: objectName("database.storageClass", storageClass) }),
      resources: { requests: { storage: capacityOf("database.capacity", capacity) } },
    },
  };
}
