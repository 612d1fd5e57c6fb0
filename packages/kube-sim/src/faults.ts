import type { RequestRecord } from "./api/request.ts";
import { ApiFailure } from "./api/status.ts";
import type { Clock } from "./clock.ts";
import { type Connection, connectionRefused, socketError, type StreamFault } from "./streams/connection.ts";

/** Which requests a fault is for. All that are given must match; no field matches every request. */
export interface RequestMatch {
  verb?: RequestRecord["verb"];
  /** For example `pods` or `pods/log`. */
  resource?: string;
  name?: string;
  where?: (request: RequestRecord) => boolean;
}

/** An answer instead of the server's own. */
export interface FaultAnswer {
  status: number;
  reason?: string;
  message?: string;
  /** Sent as the header Retry-After. */
  retryAfterSeconds?: number;
}

type Rule = { match: RequestMatch; left: number } & (
  | { kind: "stream"; fault: StreamFault }
  | { kind: "answer"; answer: FaultAnswer }
  | { kind: "refuse" }
);

/** Usual reasons of the statuses that a client has to tell apart. */
const REASONS: Record<number, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** What can go wrong between a client and the API server. Faults are used up in the order in which they were given. */
export class Faults {
  readonly #clock: Clock;
  readonly #rules: Rule[] = [];
  readonly #open = new Map<Connection, RequestRecord>();
  /** Called with each stream that is over, whoever ended it. */
  onStreamEnd: (request: RequestRecord) => void = () => undefined;
  #refusedUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Breaks the next `times` matching streams after exactly `afterBytes` bytes of their body. */
  cut(match: RequestMatch, fault: { afterBytes: number; how?: StreamFault["how"] }, times: number = 1): void {
    this.#rules.push({ kind: "stream", match, fault: { how: "reset", ...fault }, left: times });
  }

  /** Answers the next `times` matching requests with a status. */
  answer(match: RequestMatch, answer: FaultAnswer, times: number = 1): void {
    this.#rules.push({ kind: "answer", match, answer, left: times });
  }

  /** Refuses the connection of the next `times` matching requests. */
  refuse(match: RequestMatch, times: number = 1): void {
    this.#rules.push({ kind: "refuse", match, left: times });
  }

  /** Breaks the matching streams that are open now, and returns how many. */
  cutOpen(match: RequestMatch = {}, how: StreamFault["how"] = "reset"): number {
    const streams = [...this.#open].filter(([, request]) => matches(match, request));
    for (const [connection] of streams) connection.break({ afterBytes: 0, how });
    return streams.length;
  }

  /** Kills the API server: every stream is reset, connections are refused for `ms` milliseconds; what is stored stays. */
  restart(ms: number): void {
    this.#refusedUntil = this.#clock.monotonic() + ms;
    for (const connection of this.#open.keys()) connection.fail(socketError());
  }

  /** Drops faults that were not used up. */
  clear(): void {
    this.#rules.length = 0;
  }

  /** Streams that clients have open now. */
  get openStreams(): RequestRecord[] {
    return [...this.#open.values()];
  }

  /**
   * Called by the server with each request, before it is handled.
   * @throws TypeError as fetch does when the connection is refused, ApiFailure for an answer
   */
  onRequest(request: RequestRecord): void {
    if (this.#clock.monotonic() < this.#refusedUntil) throw connectionRefused();
    const rule = this.#use(request, ({ kind }) => kind !== "stream");
    if (rule?.kind === "refuse") throw connectionRefused();
    if (rule?.kind === "answer") throw failureOf(rule.answer);
  }

  /** Called by the server with each response that is a stream; makes its connection with the fault that is due. */
  onStream(
    request: RequestRecord,
    open: (fault: StreamFault | undefined, onEnd: (ended: Connection) => void) => Connection,
  ): Connection {
    const rule = this.#use(request, ({ kind }) => kind === "stream");
    const connection = open(rule?.kind === "stream" ? rule.fault : undefined, (ended) => {
      this.#open.delete(ended);
      this.onStreamEnd(request);
    });
    this.#open.set(connection, request);
    return connection;
  }

  #use(request: RequestRecord, isOfKind: (rule: Rule) => boolean): Rule | undefined {
    const rule = this.#rules.find((candidate) => isOfKind(candidate) && matches(candidate.match, request));
    if (rule && --rule.left === 0) this.#rules.splice(this.#rules.indexOf(rule), 1);
    return rule;
  }
}

function matches({ verb, resource, name, where }: RequestMatch, request: RequestRecord): boolean {
  return (
    (verb === undefined || verb === request.verb) &&
    (resource === undefined || resource === request.resource) &&
    (name === undefined || name === request.name) &&
    (where === undefined || where(request))
  );
}

function failureOf({ status, reason, message, retryAfterSeconds }: FaultAnswer): ApiFailure {
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  return new ApiFailure(status, reason ?? REASONS[status], message ?? "the simulator was asked to fail", details);
}
