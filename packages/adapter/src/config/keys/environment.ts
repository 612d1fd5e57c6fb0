import type { V1EnvFromSource, V1EnvVarSource } from "@kubernetes/client-node";
import { z } from "zod";
import { withoutSlash } from "../../paths.ts";
import { text, words, yesOrNo } from "../scalars.ts";
import { structured } from "../structured.ts";

const URL_WANTED = "give the address of Paperclip's API as pods reach it, such as http://paperclip.paperclip:3100";
const VALUES = "give an object of variables, each with secretKeyRef, configMapKeyRef, fieldRef or resourceFieldRef";
const SOURCES = "give a list, each with secretRef or configMapRef, and a prefix or none";

const keyRef = z.strictObject({
  name: z.string("name it"),
  key: z.string("name its key"),
  optional: z.boolean("give true or false").exactOptional(),
});
const ref = z.strictObject({
  name: z.string("name it"),
  optional: z.boolean("give true or false").exactOptional(),
});

const valueFrom: z.ZodType<Record<string, V1EnvVarSource>> = structured(
  z.record(
    z.string(),
    z.strictObject(
      {
        secretKeyRef: keyRef.exactOptional(),
        configMapKeyRef: keyRef.exactOptional(),
        fieldRef: z.strictObject({ fieldPath: z.string("give a field such as metadata.name") }).exactOptional(),
        resourceFieldRef: z.strictObject({ resource: z.string("give one such as limits.cpu") }).exactOptional(),
      },
      VALUES,
    ),
    VALUES,
  ),
);

const from: z.ZodType<V1EnvFromSource[]> = structured(
  z.array(
    z.strictObject(
      {
        secretRef: ref.exactOptional(),
        configMapRef: ref.exactOptional(),
        prefix: z.string("give a text").exactOptional(),
      },
      SOURCES,
    ),
    SOURCES,
  ),
);

/** Environment that comes from the cluster and from the Paperclip pod. `env` itself is Paperclip's. */
export const environmentKeys = {
  inheritPod: yesOrNo.default(true),
  inheritEnv: words("give names of variables, with * for any text, or all").default([]),
  paperclipApiUrl: text(URL_WANTED)
    .regex(/^https?:\/\/[^\s/]/, URL_WANTED)
    .transform(withoutSlash)
    .optional(),
  envValueFrom: valueFrom.optional(),
  envFrom: from.optional(),
} satisfies z.ZodRawShape;
