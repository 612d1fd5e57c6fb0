import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** Below those that a system gives to outgoing connections (32768 and up on Linux, 49152 on others): nobody takes one by chance. */
const PORTS = { from: 20_000, to: 30_000 } as const;

/** A port of the loopback interface that is free now, and very likely a minute later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw error;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

/** A listening TCP port whose connections end somewhere else. */
export interface Forwarder {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on a free port of `host` and hands every connection on to `port` of the loopback interface. Paperclip binds
 * to nothing but loopback in `local_trusted` mode, and pods cannot reach that.
 *
 * @throws when `host` is no address of this machine (`EADDRNOTAVAIL`).
 */
export async function forwardTo(port: number, host: string): Promise<Forwarder> {
  const open = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    open.add(socket);
    // A connection that breaks on one side is closed on the other: that is all there is to tell.
    return socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    track(incoming).on("close", () => outgoing.destroy());
    track(outgoing).on("close", () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
