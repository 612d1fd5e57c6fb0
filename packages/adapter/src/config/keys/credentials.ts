import { z } from "zod";
import { structured } from "../structured.ts";

const KEYS = "give a JSON object of providers and their keys";
const KUBECONFIG = "give a kubeconfig with everything in it, as kubectl config view --raw --flatten prints it";
const ELSEWHERE = `${KUBECONFIG}: no exec, auth-provider, tokenFile, nor paths of keys and certificates, which would be the server's`;
const AUTH = "give the content of OpenCode's auth.json, a JSON object";

/** Members of a kubeconfig that have a program of the Paperclip server run, or a file of it read. */
const OF_THE_SERVER: readonly string[] = [
  "exec",
  "auth-provider",
  "tokenFile",
  "client-certificate",
  "client-key",
  "certificate-authority",
];

function isSelfContained(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return true;
  return Object.entries(data).every(([name, value]) => !OF_THE_SERVER.includes(name) && isSelfContained(value));
}

/** What the cluster is reached with, and what the agent's models are paid with. No message repeats a word of them. */
export const credentialKeys = {
  kubeconfigText: structured(z.looseObject({}, KUBECONFIG).refine(isSelfContained, ELSEWHERE), true)
    .transform((content) => JSON.stringify(content))
    .optional(),
  providerKeys: structured(z.record(z.string(), z.string(KEYS), KEYS), true).optional(),
  authJson: structured(z.looseObject({}, AUTH), true)
    .transform((content) => JSON.stringify(content))
    .optional(),
} satisfies z.ZodRawShape;
