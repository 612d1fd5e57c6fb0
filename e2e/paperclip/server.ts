import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { PaperclipClient } from "./client.ts";
import { makeHome } from "./home.ts";
import type { Home, Shared } from "./home.ts";
import { installPaperclip, PAPERCLIP, type PaperclipVersion } from "./install.ts";
import { ordinaryUser } from "./ordinary-user.ts";
import { forwardTo, freePort } from "./ports.ts";
import { stopPostgres } from "./postgres.ts";

/** From the start to `health` "ok", in ms. Measured on 2 busy cores: 10 to 20 s, most of it the migrations of a new database. */
const startPatienceMs = 400_000;

/** From SIGTERM to the end, in ms: Paperclip gives pending runs 5 s and open connections 5 s more. */
const stopPatienceMs = 180_000;

export interface PaperclipOptions {
  /** The newest unless given. */
  readonly version?: PaperclipVersion;
  /** An address of this machine that pods reach. Paperclip itself is bound to loopback; its port is forwarded. */
  readonly listenHost?: string;
  /** Folders of adapter packages to install, unpacked and readable by every user. */
  readonly adapterPackages?: readonly string[];
  /** More environment for the server. It inherits nothing of this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Be a second server of that Paperclip: with its database, its tokens and its logs. That one is stopped after this. */
  readonly replicaOf?: Pick<Paperclip, "shared">;
}

/** A running Paperclip with a database of its own. */
export interface Paperclip {
  /** Where this machine, and with a `listenHost` also a pod, reaches it: `PAPERCLIP_API_URL` of the agents. */
  readonly url: string;
  /** Its API, as the board: `local_trusted` asks for no credentials. */
  readonly api: PaperclipClient;
  /** `PAPERCLIP_HOME`, removed at the end. */
  readonly home: string;
  readonly shared: Shared;
  /** Everything that the server has printed since it was last started. */
  logs(): string;
  /** The parts of it that are about errors. */
  errors(): string;
  /** Sends a signal to the server process. After SIGKILL its PostgreSQL lives on until `stop`. */
  signal(name: NodeJS.Signals): void;
  /** Waits until the server process has ended. @throws when it has not within three minutes */
  ended(): Promise<void>;
  /** Starts the server again, after its end, as it was but for this environment; resolves when it is healthy. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the server, its database and the forwarded port, and removes its home. */
  stop(): Promise<void>;
}

const tail = (text: string): string => text.split("\n").slice(-40).join("\n");

/** Lines that name an error, each with what stands after it: the fields of it, and its causes. */
function aroundErrors(text: string): string {
  const lines = text.split("\n");
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - 15), index + 1).some((line) => /\bERROR\b|deadlock|Failed query/.test(line));
  return lines.filter((_, index) => isNear(index)).join("\n");
}

/** `health` answers 200 before the start is over; "ok" is what counts. */
async function untilHealthy(child: Child, api: PaperclipClient, version: PaperclipVersion): Promise<void> {
  for (const deadline = Date.now() + startPatienceMs; Date.now() < deadline; await sleep(100)) {
    const ended = child.ended();
    if (ended !== undefined) throw new Error(`Paperclip ended while it started: ${ended}\n${tail(child.logs())}`);
    const health = await api.health().catch(() => undefined); // refused, until it listens
    if (health?.status === "ok") return requireVersion(health.version, version);
  }
  throw new Error(`Paperclip was not healthy after ${startPatienceMs / 1000} s\n${tail(child.logs())}`);
}

function requireVersion(answering: string, started: PaperclipVersion): void {
  if (answering !== started) throw new Error(`Paperclip ${answering} answers where ${started} was started`);
}

async function startServer({ folder, env }: Pick<Home, "folder" | "env">, version: PaperclipVersion): Promise<Child> {
  const { node, entry } = await installPaperclip(version);
  return startChild({ command: node, args: [entry], cwd: folder, env, user: ordinaryUser() });
}

async function untilEnded(child: Child): Promise<void> {
  for (const deadline = Date.now() + stopPatienceMs; child.ended() === undefined; await sleep(50))
    if (Date.now() >= deadline) throw new Error(`Paperclip has not ended\n${tail(child.logs())}`);
}

/**
 * Installs Paperclip if need be, starts it as an ordinary user on free ports, and waits until it is healthy.
 *
 * @throws with the end of its log when it does not become healthy; nothing is left running then.
 */
export async function startPaperclip(options: PaperclipOptions = {}): Promise<Paperclip> {
  const { listenHost, env, replicaOf, version = PAPERCLIP.newest } = options;
  await installPaperclip(version); // before ports are chosen: it may take minutes
  const httpPort = await freePort();
  const forwarder = listenHost ? await forwardTo(httpPort, listenHost) : undefined;
  const url = `http://${listenHost ?? "127.0.0.1"}:${forwarder?.port ?? httpPort}`;
  const home = await makeHome(ordinaryUser(), {
    httpPort,
    postgresPort: await freePort(),
    url,
    ...(listenHost && { listenHost }),
    ...(replicaOf && { shared: replicaOf.shared }),
    ...(env && { env }),
  });
  let child = await startServer(home, version);
  const api = new PaperclipClient(url);
  const stop = async (): Promise<void> => {
    // Open connections would hold up the server's own shutdown.
    await forwarder?.close();
    await child.stop(stopPatienceMs);
    await stopPostgres(home.database);
    await rm(home.folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(child, api, version);
    for (const folder of options.adapterPackages ?? []) await api.installAdapter(folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    api,
    home: home.folder,
    shared: home.shared,
    logs: () => child.logs(),
    errors: () => aroundErrors(child.logs()),
    signal: (name) => child.signal(name),
    ended: () => untilEnded(child),
    async restart(more): Promise<void> {
      child = await startServer({ ...home, env: { ...home.env, ...more } }, version);
      await untilHealthy(child, api, version);
    },
    stop,
  };
}
