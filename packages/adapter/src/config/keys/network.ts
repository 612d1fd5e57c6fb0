import type { AllowedTraffic } from "@opencode-k8s/job-manifest";
import { z } from "zod";
import { structured } from "../structured.ts";

const WANT = "give an object with dns, and perhaps paperclip and egress";
const WHERE = "give cidrs, a list of blocks of addresses, or namespace, and perhaps podLabels";
const EGRESS = "give a list, each with cidrs, and perhaps ports";
const PORT = "give a port, 1 to 65535";

const cidrs = z.array(z.string("give a block such as 203.0.113.0/24"), "give a list of blocks of addresses");
const pods = {
  namespace: z.string("name a namespace"),
  podLabels: z.record(z.string(), z.string("give a text"), "give an object of labels").exactOptional(),
};
const port = { port: z.number(PORT) };

/** Blocks of addresses, host names that are none, and labels are checked with the policy. */
const networkPolicy: z.ZodType<AllowedTraffic> = structured(
  z.strictObject(
    {
      dns: z.union([z.strictObject({ cidrs }), z.strictObject(pods)], WHERE),
      paperclip: z
        .union([z.strictObject({ cidrs, ...port }), z.strictObject({ ...pods, ...port })], `${WHERE}; and port`)
        .exactOptional(),
      egress: z
        .array(z.strictObject({ cidrs, ports: z.array(z.number(PORT), PORT).exactOptional() }, EGRESS), EGRESS)
        .exactOptional(),
    },
    WANT,
  ),
);

/** Whom the agent may speak to. */
export const networkKeys = {
  networkPolicy: networkPolicy.optional(),
} satisfies z.ZodRawShape;
