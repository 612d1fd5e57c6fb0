import { z } from "zod";
import { quantity, text } from "../fields.ts";

const size = quantity("10Gi").optional();

/** What a run can write, and what of it stays. */
export const storageKeys = {
  agentDbMode: z.enum(["ephemeral", "dedicated_pvc"], "give ephemeral or dedicated_pvc").default("ephemeral"),
  agentDbStorageClass: text("name a StorageClass of the cluster").optional(),
  agentDbStorageCapacity: quantity("1Gi").default("1Gi"),
  "scratch.workspace": size,
  "scratch.home": size,
  "scratch.tmp": size,
  "scratch.run": size,
  "scratch.database": size,
} satisfies z.ZodRawShape;
