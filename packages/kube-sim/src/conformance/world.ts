/** A cluster that the suite runs on: the simulator, or a real one. */
export interface ConformanceWorld {
  /** The API server; paths only, for example `/api/v1/namespaces/x/pods`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A namespace of the suite's own, there already. */
  readonly namespace: string;
  /** An image that is on the node. In a real cluster it has a POSIX `sh`, `printf`, `sleep`, `head` and `tr`. */
  readonly image: string;
  /** Does the work while time passes, in whichever way it passes there. */
  run<T>(work: () => Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
  /** Puts everything away. */
  close(): Promise<void>;
}
