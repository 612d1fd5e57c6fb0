import { randomUUID } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import { completeConfig } from "../paperclip-pod/index.ts";
import { planRun, readAgentFiles } from "../plan/index.ts";
import { agentConfiguration, type AgentOptions } from "./options/agent-configuration.ts";
import { asServer, heartbeat } from "./heartbeat.ts";
import { type Manifest, writeManifests } from "./output/manifests.ts";
import type { Terminal } from "./output/terminal.ts";

export interface RenderOptions extends AgentOptions {
  readonly namespace: string;
  readonly json: boolean;
  readonly showSecrets: boolean;
}

/** Stands for what a Secret holds: of the same kind, so that the object is one that a policy can judge. */
const HIDDEN = Buffer.from("<hidden: --show-secrets shows it>").toString("base64");

/**
 * Writes the objects of a run as they would be created, without a cluster.
 * @throws ConfigError, ManifestError, UsageError
 */
export async function render(prompt: string, options: RenderOptions, terminal: Terminal): Promise<void> {
  const { namespace, json, showSecrets } = options;
  const server = asServer(terminal);
  const agent = "an-agent";
  const request = { prompt, config: agentConfiguration(options, terminal), namespace, agent, runId: randomUUID() };
  const ctx = heartbeat(request, { onLog: () => Promise.resolve() });
  const { config } = completeConfig(ctx.config, ctx.agent.companyId, { kind: "none" }, server);
  const files = await readAgentFiles(ctx, config, terminal.signal);
  const { objects, notes } = planRun(ctx, config, { files, server });
  const { claim, networkPolicy, job, secrets } = objects;
  const manifests: Manifest[] = [
    ...(claim ? [{ object: claim, comments: ["Once for the agent, unless it is there."] }] : []),
    ...(networkPolicy ? [{ object: networkPolicy, comments: ["Once for the agent; replaced where it differs."] }] : []),
    {
      object: job,
      comments: [
        "Created suspended, and resumed when the Secrets are there and the agent's Lease names it.",
        ...notes.map((note) => note.replaceAll("\n", " ")),
      ],
    },
    ...secrets.map((secret) => ({
      object: showSecrets ? secret : hidden(secret),
      comments: ["Owned by the Job, and collected with it."],
    })),
  ];
  writeManifests(terminal.out, manifests, { json });
}

function hidden(secret: V1Secret): V1Secret {
  return { ...secret, data: Object.fromEntries(Object.keys(secret.data ?? {}).map((key) => [key, HIDDEN])) };
}
