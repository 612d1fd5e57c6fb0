import { randomUUID } from "node:crypto";
import type { RunObjects } from "@opencode-k8s/job-manifest";
import { readRunConfig } from "../../packages/adapter/src/config/index.ts";
import { planRun } from "../../packages/adapter/src/plan/index.ts";
import { providerConfig } from "../../packages/kube-sim/src/model-server/index.ts";
import { executionContext } from "../world/context.ts";
import type { World } from "../world/index.ts";

/** The model of all runs: one answer, no tool. */
export const MODEL = "text";

export type Container = PodSpec["containers"][number];
type PodSpec = NonNullable<NonNullable<RunObjects["job"]["spec"]>["template"]["spec"]>;

interface BenchRun {
  readonly image: string;
  /** URL of the model server. */
  readonly models: string;
  /** What runs instead of the container that the adapter plans. */
  change(container: Container): Container;
}

/** A new session of an agent that is given a provider and nothing else, as the adapter plans it. */
export function benchRun({ parts }: World, { image, models, change }: BenchRun): RunObjects {
  const env = { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(models, [MODEL])) };
  // A whole core, as by default: with the little that tests ask for, it is the neighbours' load that would be measured.
  const config = { ...parts.config(MODEL), image, env, agentDbMode: "ephemeral", "resources.requests.cpu": "1" };
  const run = { runId: randomUUID(), signal: new AbortController().signal, onLog: () => Promise.resolve() };
  const ctx = executionContext(run, { config, task: "Say hello.", authToken: "unused" });
  const { objects } = planRun(ctx, readRunConfig(ctx.config, ctx.agent.companyId));
  const { job } = objects;
  if (!job.spec?.template.spec) throw new Error("the Job has no pod");
  const pod: PodSpec = {
    ...job.spec.template.spec,
    containers: job.spec.template.spec.containers.map(change),
    // OpenCode as it comes asks for its catalogue and its plugins. That is to fail at once, and not to wait for answers that
    // a cluster without a way out never gives: 9 s on real-kube.
    dnsPolicy: "None",
    dnsConfig: { nameservers: ["127.0.0.1"] },
  };
  const template = { ...job.spec.template, spec: pod };
  return { ...objects, job: { ...job, spec: { ...job.spec, template } } };
}

/** The container, with this shell script found as `opencode` before the image's own. */
export function shadowingOpenCode(container: Container, script: string): Container {
  const place =
    'mkdir "$TMPDIR/bench" && printf %s "$0" >"$TMPDIR/bench/opencode" && chmod +x "$TMPDIR/bench/opencode" && ' +
    'PATH="$TMPDIR/bench:$PATH" && export PATH && exec "$@"';
  return { ...container, command: ["/bin/sh", "-c", place, script, ...(container.command ?? [])] };
}
