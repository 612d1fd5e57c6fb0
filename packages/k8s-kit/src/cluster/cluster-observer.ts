/** One try of a request, or of opening a stream, that came to its end. One that reads, and whose idle connection broke, is sent twice in one try. */
export interface RequestFact {
  readonly method: string;
  /** HTTP status of the answer; `null` where none came. */
  readonly status: number | null;
}

/** Told what goes over the wire, so that a program can count it. What it is told costs nothing where nobody listens; must not throw. */
export interface ClusterObserver {
  readonly onRequest?: (request: RequestFact) => void;
  /** A watch was lost, and is opened again. */
  readonly onWatchLost?: () => void;
}
