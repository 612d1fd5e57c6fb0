import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes TCP connections on to a port of this machine; counts them, and can let them go silent. */
export interface TcpTunnel extends AsyncDisposable {
  readonly port: number;
  /** Connections that were ever made, and those that are open. */
  readonly made: number;
  readonly open: number;
  /** From now on the connections that there are pass nothing on, as when a node on the way lost them: they stay open. */
  freeze(): void;
}

export async function openTunnel(target: number): Promise<TcpTunnel> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let made = 0;
  const server = createServer((near) => {
    made += 1;
    const far = connect(target, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get made() {
      return made;
    },
    get open() {
      return pairs.size;
    },
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        // Reads on, so that the end of the near side is seen; what comes is dropped.
        near.resume();
        far.pause();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
