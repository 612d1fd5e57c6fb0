import type { RunObjects } from "@opencode-k8s/job-manifest";
import type { Cluster, JobWatch } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../config/index.ts";
import type { RunPlan } from "../plan/index.ts";
import type { Look } from "./look.ts";

/** What is tested. */
export interface Subject {
  readonly cluster: Cluster;
  readonly config: RunConfig;
  /** Those of a run of this configuration; they are never created. */
  readonly objects: RunObjects;
  /** Where the agent would look for Paperclip's API. */
  readonly apiUrl: string | undefined;
  /** A run of a configuration that differs a little, of an agent that does not exist. @throws ConfigError, ManifestError */
  readonly planFor: (config: RunConfig) => RunPlan;
  /** What a run watches; `null` where the rights for a run are missing. */
  readonly watch: JobWatch | null;
  readonly look: Look;
  /** The time of the test. */
  readonly signal: AbortSignal;
  /** What of it the probe may take: it ends sooner, so that there is time to say why it has not come further. */
  readonly probeSignal: AbortSignal;
}
