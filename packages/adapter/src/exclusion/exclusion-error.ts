/** The agent is still being run by somebody else when the wait is over. May be tried again. */
export class AgentBusyError extends Error {
  override readonly name = "AgentBusyError";

  /** @param holders Jobs, or whoever holds the claim, in words */
  constructor(holders: string, waitedMs: number) {
    const waited = `${Math.round(waitedMs / 1000)} s`;
    super(`The agent is still run by ${holders} after ${waited}. Wait for its end, or delete that Job`);
  }
}

/** Whether somebody else runs the agent cannot be found out, so it is not run. */
export class GuardError extends Error {
  override readonly name = "GuardError";

  /** @param rights those without which it cannot be, in words */
  constructor(cause: unknown, rights: string) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `Whether somebody else runs the agent cannot be found out: ${why}. Grant the right to the identity of the key ` +
        `kubeconfig, or else of the Paperclip server: ${rights}; docs/security.md lists all of them`,
      { cause },
    );
  }
}
