import type { ExtraVolume } from "@opencode-k8s/job-manifest";
import { z } from "zod";
import { quantity, text, yesOrNo } from "../scalars.ts";
import { structured } from "../structured.ts";

const size = quantity("10Gi").optional();

const VOLUMES = "give a list of volumes, each with name, mountPath and source";

/** What a source has in it is checked with the pod. */
const extraVolumes: z.ZodType<ExtraVolume[]> = structured(
  z.array(
    z.strictObject(
      {
        name: z.string(VOLUMES),
        mountPath: z.string(VOLUMES),
        subPath: z.string("give a path").exactOptional(),
        readOnly: z.boolean("give true or false").exactOptional(),
        source: z.record(z.string(), z.looseObject({}, VOLUMES), VOLUMES),
      },
      VOLUMES,
    ),
    VOLUMES,
  ),
);

/** Where the pod of a Paperclip server has its data, unless it says otherwise. */
export const SHARED_CLAIM_AT = "/paperclip";

const MODES = ["ephemeral", "dedicated_pvc", "workspace_subpath"] as const;

/** What a run can write, and what of it stays. */
export const storageKeys = {
  cwd: text("give the path of a folder on the shared claim").optional(),
  "dataClaim.claimName": text("name the claim that Paperclip and its agents share").optional(),
  "dataClaim.mountPath": text("give the absolute path at which pods see the shared claim").default(SHARED_CLAIM_AT),
  "dataClaim.subPath": text("give the path of a folder on the shared claim, relative").optional(),
  "dataClaim.readOnly": yesOrNo.default(false),
  extraVolumes: extraVolumes.optional(),
  agentDbMode: z.enum(MODES, "give ephemeral, dedicated_pvc or workspace_subpath").optional(),
  agentDbStorageClass: text("name a StorageClass of the cluster").optional(),
  agentDbStorageCapacity: quantity("1Gi").default("1Gi"),
  "scratch.workspace": size,
  "scratch.home": size,
  "scratch.tmp": size,
  "scratch.run": size,
  "scratch.database": size,
} satisfies z.ZodRawShape;
