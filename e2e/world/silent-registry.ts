import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A registry that takes connections, and never says anything. */
export interface SilentRegistry extends Disposable {
  /** As an image's name begins: `ADDRESS:PORT`. */
  readonly host: string;
}

/** @param address of this machine, as nodes reach it */
export async function startSilentRegistry(address: string): Promise<SilentRegistry> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket)));
  });
  server.listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  return {
    host: `${address}:${port}`,
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
