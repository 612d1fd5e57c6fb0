/** The part of `fetch` that this library uses; a simulator or a test passes its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How requests reach the API server. */
export interface Transport {
  /**
   * The turn of a {@link call}, where only so many go on at a time: held until disposed. What is waited here is not the server's
   * silence. @throws the signal's reason
   */
  readonly turn?: (signal: AbortSignal) => Promise<Disposable>;
  /** For requests that are answered at once. */
  readonly call: Fetch;
  /** For watches and log follows: no bound on the silence of the body, so that a quiet stream is not an error. */
  readonly stream: Fetch;
  /** Headers that authenticate a request. `renew` asks for a new token, after the last one met a 401. */
  headers(renew: boolean): Promise<Record<string, string>>;
  /** Ends all connections. */
  close(): Promise<void>;
}
