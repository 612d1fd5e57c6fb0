interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  /** Without a name where nobody knows who asked: a token that is none. */
  readonly user: { readonly username?: string };
  readonly requestReceivedTimestamp: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** The requests of a user since a time (milliseconds since the epoch) in an API server's audit log, by verb and resource. */
export function countRequests(log: string, user: string, since: number): Map<string, number> {
  const counts = new Map<string, number>();
  // Its last line may be half written. Most of it is others': only what may be the user's is parsed.
  for (const line of log
    .split("\n")
    .slice(0, -1)
    .filter((text) => text.includes(user))) {
    const { stage, verb, requestURI, objectRef = {}, ...event } = JSON.parse(line) as AuditEvent;
    const isOurs = event.user.username === user && Date.parse(event.requestReceivedTimestamp) >= since;
    // A stream is told of when it starts, and when it ends.
    if (!isOurs || stage === "ResponseStarted") continue;
    const { resource = requestURI.split("?")[0], subresource } = objectRef;
    const what = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}
