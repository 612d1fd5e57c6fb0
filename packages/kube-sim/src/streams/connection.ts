import { ReadableStream, type ReadableByteStreamController, type ReadableStreamBYOBRequest } from "node:stream/web";

/** When a stream breaks: after this many bytes of its body. */
export interface StreamFault {
  afterBytes: number;
  /** `eof`: ends as if all were said. `reset`: errors. `stall`: stays open and says nothing more. */
  how: "eof" | "reset" | "stall";
}

/**
 * The body of one response, as its client sees it. Bytes are pulled from the source only when the client reads
 * (so its pace is the source's), and only exactly as many as its fault allows.
 */
export class Connection {
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes that were handed to the client. */
  sent = 0;
  /** Set once the client can get no more. */
  ended = false;
  readonly #source: AsyncGenerator<Uint8Array>;
  readonly #stop: AbortController;
  readonly #onEnd: (connection: Connection) => void;
  #controller: ReadableByteStreamController | undefined;
  #rest: Uint8Array | undefined;
  #fault: StreamFault | undefined;

  /** `source` is made with the signal that ends it when the client goes or the stream breaks. */
  constructor(
    source: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
    options: { fault?: StreamFault | undefined; onEnd?: (connection: Connection) => void } = {},
  ) {
    this.#stop = new AbortController();
    this.#source = source(this.#stop.signal);
    this.#fault = options.fault;
    this.#onEnd = options.onEnd ?? (() => undefined);
    this.body = new ReadableStream({
      type: "bytes",
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => this.#end(),
    });
  }

  /** Breaks the stream; bytes count from the beginning of the body. One that already passed `afterBytes` breaks now. */
  break(fault: StreamFault): void {
    this.#fault = fault;
    if (this.sent >= fault.afterBytes) this.#breakNow(fault.how);
  }

  /** The client sees this error at its next read. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.#end();
    this.#controller?.error(error);
  }

  /** The client sees a clean end. */
  close(): void {
    if (this.ended) return;
    this.#end();
    this.#controller?.close();
    // @types/node says it is always undefined.
    (this.#controller?.byobRequest as ReadableStreamBYOBRequest | null | undefined)?.respond(0);
  }

  async #pull(): Promise<void> {
    if (this.#fault && this.sent >= this.#fault.afterBytes) return this.#breakNow(this.#fault.how);
    const bytes = await this.#next();
    if (this.ended) return;
    if (!bytes) return this.close();
    const allowed = this.#fault ? this.#fault.afterBytes - this.sent : Infinity;
    const given = bytes.length > allowed ? bytes.subarray(0, allowed) : bytes;
    if (given.length < bytes.length) this.#rest = bytes.subarray(given.length);
    this.sent += given.length;
    // A copy: a byte stream takes the buffer away from us, and a log's records are read by others too.
    this.#controller?.enqueue(new Uint8Array(given));
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#rest) {
      const rest = this.#rest;
      this.#rest = undefined;
      return rest;
    }
    try {
      for (;;) {
        const next = await this.#source.next();
        if (next.done) return undefined;
        if (next.value.length > 0) return next.value;
      }
    } catch (error) {
      // Our own stop: the stream was ended before the source was.
      if (!this.ended) this.fail(error);
      return undefined;
    }
  }

  #breakNow(how: StreamFault["how"]): void {
    if (how === "eof") this.close();
    else if (how === "reset") this.fail(socketError());
  }

  #end(): void {
    if (this.ended) return;
    this.ended = true;
    this.#stop.abort();
    this.#onEnd(this);
  }
}

/** What undici's fetch reports for a body whose socket was reset. */
export function socketError(): TypeError {
  const cause = Object.assign(new Error("other side closed"), { name: "SocketError", code: "UND_ERR_SOCKET" });
  return new TypeError("terminated", { cause });
}

/** What undici's fetch rejects with when nobody listens. */
export function connectionRefused(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6443"), {
    code: "ECONNREFUSED",
    errno: -111,
    syscall: "connect",
    address: "127.0.0.1",
    port: 6443,
  });
  return new TypeError("fetch failed", { cause });
}
