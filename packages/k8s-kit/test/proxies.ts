import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy that notes what it is asked to connect to. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** `host:port`, one for each connection. */
  readonly targets: string[];
}

/** An HTTP proxy: `CONNECT host:port`. */
export async function httpProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer().on("connect", ({ url = "" }, near: Socket) => {
    targets.push(url);
    near.write("HTTP/1.1 200 OK\r\n\r\n");
    join(near, Number(url.split(":")[1]), sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return proxy(server.address() as AddressInfo, targets, sockets, () => server.close());
}

/** A SOCKS5 proxy (RFC 1928) without authentication, for addresses of version 4 and names. */
export async function socksProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on("error", () => near.destroy());
    near.once("data", () => {
      near.write(Buffer.from([5, 0]));
      near.once("data", (request: Buffer) => {
        const named = request[3] === 3;
        const host = named ? request.subarray(5, -2).toString() : request.subarray(4, 8).join(".");
        const port = request.readUInt16BE(request.length - 2);
        targets.push(`${host}:${port}`);
        near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        join(near, port, sockets);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return proxy(server.address() as AddressInfo, targets, sockets, () => server.close());
}

/** Whatever the host was called, it is this machine. */
function join(near: Socket, port: number, sockets: Set<Socket>): void {
  const far = connect(port, "127.0.0.1");
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => (near.destroy(), far.destroy()));
  }
  near.pipe(far).pipe(near);
}

function proxy({ port }: AddressInfo, targets: string[], sockets: Set<Socket>, close: () => void): Proxy {
  return {
    port,
    targets,
    [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      close();
      return Promise.resolve();
    },
  };
}
