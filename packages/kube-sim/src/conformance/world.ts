import type { PolicyRule } from "../api/access.ts";

/** A cluster that the suite runs on: the simulator, or a real one. */
export interface ConformanceWorld {
  /** The API server; paths only, for example `/api/v1/namespaces/x/pods`. As administrator, unless there is a header `authorization`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Makes a user who may do what the rules say in the suite's namespace, and returns the name and a bearer token. */
  makeUser(rules: PolicyRule[]): Promise<{ name: string; token: string }>;
  /** A revision from which no watch can start any more. */
  expiredRevision(): Promise<string>;
  /** Is each state of a pod told, however short it was? A real kubelet that is busy tells the latest. */
  readonly tellsAll: boolean;
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
