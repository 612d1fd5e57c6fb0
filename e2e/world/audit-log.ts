interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  /** Without a name where nobody knows who asked: a token that is none. */
  readonly user: { readonly username?: string };
  readonly requestReceivedTimestamp: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** The requests of a user since a time (milliseconds since the epoch) in an API server's audit logs, by verb and resource. */
export function countRequests(logs: readonly string[], user: string, since: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of logs.flatMap((log) => eventsOf(log, user))) {
    const isOurs = event.user.username === user && Date.parse(event.requestReceivedTimestamp) >= since;
    // A stream is told of when it starts, and when it ends.
    if (!isOurs || event.stage === "ResponseStarted") continue;
    const { resource = event.requestURI.split("?")[0], subresource } = event.objectRef ?? {};
    const what = `${event.verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

/** Most of a log is others': only what may be the user's is parsed. */
function eventsOf(log: string, user: string): AuditEvent[] {
  const lines = log.split("\n").filter((line) => line.includes(user));
  return lines.flatMap((line, index) => {
    try {
      return [JSON.parse(line) as AuditEvent];
    } catch (error) {
      if (index === lines.length - 1) return []; // It is being written.
      throw error;
    }
  });
}
