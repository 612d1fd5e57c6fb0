import type { RunCredentials } from "./credentials.ts";
import type { RunDatabase } from "./database.ts";
import type { RunDocker } from "./docker.ts";
import type { RunFiles } from "./files.ts";
import type { RunIdentity } from "./identity.ts";
import type { RunNameResolution } from "./name-resolution.ts";
import type { RunNetwork } from "./network.ts";
import type { RunOutput } from "./output.ts";
import type { RunEnvironmentReferences } from "./references.ts";
import type { RunPlacement } from "./placement.ts";
import type { RunResources } from "./resources.ts";
import type { RunScratch } from "./scratch.ts";
import type { RunStorage } from "./storage.ts";

/** Everything that one run of OpenCode in the cluster is made of. Plain data; nothing is read from elsewhere. */
export interface RunInput
  extends
    RunCredentials,
    RunDocker,
    RunEnvironmentReferences,
    RunFiles,
    RunIdentity,
    RunNameResolution,
    RunNetwork,
    RunOutput,
    RunPlacement,
    RunScratch,
    RunStorage {
  namespace: string;
  agentId: string;
  /** Free text, kept whole in an annotation. */
  agentName: string;
  runId: string;
  companyId: string;
  taskId?: string;
  /** OpenCode session to go on with; a new one is made without it. */
  sessionId?: string;

  image: string;
  imagePullPolicy: "IfNotPresent" | "Always" | "Never";
  resources: RunResources;

  /** Reaches the model verbatim. */
  prompt: string;
  /** `provider/model`; the model's part may contain slashes. */
  model: string;
  /** Effort of a reasoning model, such as `high`. */
  variant?: string;
  /** Title of a new session. Without one OpenCode would ask the model for it, so there is a default. */
  title?: string;
  /** OpenCode's own configuration, complete and merged: it overrides every other source. */
  openCodeConfig: Record<string, unknown>;
  /** Further arguments of `opencode run`. */
  extraArgs: readonly string[];
  /** Environment of the agent. All of it goes through the Secret. */
  env: Readonly<Record<string, string>>;
  /** Absolute path of the working directory: an emptyDir, or a folder of the shared claim where it lies in that. */
  workingDir: string;

  /** Seconds that OpenCode may take, counted by the program in the pod from its start; 0 is no limit. */
  timeoutSec: number;
  /** Seconds between SIGTERM and SIGKILL when OpenCode is stopped. */
  graceSec: number;
  /** Seconds after which Kubernetes removes a finished Job that nobody collected. */
  ttlSecondsAfterFinished: number;
  /** The net below `timeoutSec`: Kubernetes deletes the pod, and its log with it. */
  activeDeadlineSeconds?: number;

  database: RunDatabase;
}
