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
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `Whether somebody else runs the agent cannot be found out: ${why}. Grant the Paperclip server's identity the ` +
        "rights that docs/security.md lists, among them list, watch, get, create and update of leases (coordination.k8s.io)",
      { cause },
    );
  }
}
