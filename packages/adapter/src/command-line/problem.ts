import { ManifestError } from "@opencode-k8s/job-manifest";
import {
  DeadlineError,
  InvalidInputError,
  isUnauthorized,
  KubeConfigError,
  KubernetesError,
} from "@opencode-k8s/k8s-kit";
import { ConfigError } from "../config/index.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { MissingRightError } from "./runs/missing-right.ts";

/** What was asked for on the command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A failure as lines for a person, without a stack, and what to exit with. Anything else is a bug, and thrown on. */
export function problemOf(error: unknown): { readonly lines: readonly string[]; readonly code: ExitCode } {
  if (error instanceof ConfigError) return { lines: error.lines, code: EXIT.usage };
  if ([UsageError, ManifestError, KubeConfigError, InvalidInputError].some((kind) => error instanceof kind))
    return { lines: [(error as Error).message], code: EXIT.usage };
  if ([KubernetesError, DeadlineError, MissingRightError].some((kind) => error instanceof kind))
    return { lines: [`${(error as Error).message}${remedyFor(error)}`], code: EXIT.cluster };
  throw error;
}

/** As a sentence; empty where the message has said it. */
function remedyFor(error: unknown): string {
  if (isUnauthorized(error)) return ". The credentials of the kubeconfig are not valid (any more); renew them.";
  const unanswered = error instanceof DeadlineError || (error instanceof KubernetesError && error.status === null);
  return unanswered ? ". Check that it is up, and that --kubeconfig and --context name the cluster that is meant." : "";
}
