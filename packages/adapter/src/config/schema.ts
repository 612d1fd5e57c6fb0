import { z } from "zod";
import { credentialKeys } from "./keys/credentials.ts";
import { dindKeys } from "./keys/dind.ts";
import { environmentKeys } from "./keys/environment.ts";
import { limitKeys } from "./keys/limits.ts";
import { networkKeys } from "./keys/network.ts";
import { podKeys } from "./keys/pod.ts";
import { mcpKeys } from "./keys/mcp.ts";
import { runKeys } from "./keys/run.ts";
import { storageKeys } from "./keys/storage.ts";

/** Every configuration key that the adapter reads but `env`, dotted as in the form, with what it must be and its default. */
export const configSchema = z.object({
  ...runKeys,
  ...limitKeys,
  ...environmentKeys,
  ...credentialKeys,
  ...podKeys,
  ...storageKeys,
  ...networkKeys,
  ...dindKeys,
  ...mcpKeys,
});

export type ConfigValues = z.infer<typeof configSchema>;
