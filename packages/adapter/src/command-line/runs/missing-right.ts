import { isForbidden } from "@opencode-k8s/k8s-kit";

/** What a command asks of the API server, as a Role has it. */
export interface NeededRight {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** The identity of the kubeconfig lacks a right that the command cannot do without; the message has the rule. */
export class MissingRightError extends Error {
  override readonly name = "MissingRightError";

  constructor(cause: unknown, { group, resource, verbs }: NeededRight) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const rule = `{ apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.join(", ")}] }`;
    super(`${why}. Add to the Role of whoever asks: - ${rule}`, { cause });
  }
}

/** @throws MissingRightError in the place of a 403; else what `ask` throws */
export async function withRight<T>(right: NeededRight, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isForbidden(error) ? new MissingRightError(error, right) : error;
  }
}
