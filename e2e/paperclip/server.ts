import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.ts";
import type { Child } from "./child.ts";
import { PaperclipClient } from "./client.ts";
import { installPaperclip, paperclipVersion } from "./install.ts";
import type { PaperclipInstallation } from "./install.ts";
import { ordinaryUser } from "./ordinary-user.ts";
import type { OrdinaryUser } from "./ordinary-user.ts";
import { forwardTo, freePort } from "./ports.ts";
import { stopPostgres } from "./postgres.ts";

/** From the start to `health` "ok", in ms. Measured on 2 busy cores: 10 to 20 s, most of it the migrations of a new database. */
const startPatienceMs = 400_000;

/** From SIGTERM to the end, in ms: Paperclip gives pending runs 5 s and open connections 5 s more. */
const stopPatienceMs = 60_000;

export interface PaperclipOptions {
  /** An address of this machine that pods reach. Paperclip itself is bound to loopback; its port is forwarded. */
  readonly listenHost?: string;
  /** Folders of adapter packages to install, unpacked and readable by every user. */
  readonly adapterPackages?: readonly string[];
  /** More environment for the server. It inherits nothing of this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running Paperclip with a database of its own. */
export interface Paperclip {
  /** Where this machine, and with a `listenHost` also a pod, reaches it: `PAPERCLIP_API_URL` of the agents. */
  readonly url: string;
  /** Its API, as the board: `local_trusted` asks for no credentials. */
  readonly api: PaperclipClient;
  /** `PAPERCLIP_HOME`, removed at the end. */
  readonly home: string;
  /** Everything the server printed. */
  logs(): string;
  /** Sends a signal to the server process. After SIGKILL its PostgreSQL lives on until `stop`. */
  signal(name: NodeJS.Signals): void;
  /** Ends the server, its database and the forwarded port, and removes its home. */
  stop(): Promise<void>;
}

interface Ports {
  readonly http: number;
  readonly postgres: number;
}

/** PostgreSQL's port and the switch for update checks exist in the configuration file only. */
function configuration(home: string, ports: Ports): string {
  const instance = join(home, "instances/default");
  return JSON.stringify({
    $meta: { version: 1, updatedAt: "2026-01-01T00:00:00.000Z", source: "onboard" },
    database: {
      mode: "embedded-postgres",
      embeddedPostgresDataDir: join(instance, "db"),
      embeddedPostgresPort: ports.postgres,
    },
    logging: { mode: "file", logDir: join(instance, "logs") },
    server: { deploymentMode: "local_trusted", exposure: "private", bind: "loopback", host: "127.0.0.1" },
    telemetry: { enabled: false },
    updates: { checkEnabled: false },
  });
}

async function makeHome(user: OrdinaryUser | undefined, ports: Ports): Promise<string> {
  const home = await mkdtemp(join(await realpath(tmpdir()), "paperclip-"));
  const instance = join(home, "instances/default");
  await mkdir(instance, { recursive: true });
  await writeFile(join(instance, "config.json"), configuration(home, ports));
  if (user) {
    for (const path of ["", "instances", "instances/default", "instances/default/config.json"]) {
      await chown(join(home, path), user.uid, user.gid);
    }
  }
  return home;
}

function environment(home: string, port: number, url: string, options: PaperclipOptions): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    NODE_ENV: "production",
    PAPERCLIP_HOME: home,
    PAPERCLIP_CONFIG: join(home, "instances/default/config.json"),
    PORT: String(port),
    PAPERCLIP_API_URL: url,
    // Without the host in this list, a request that was forwarded is refused for its Host header.
    ...(options.listenHost && { PAPERCLIP_ALLOWED_HOSTNAMES: options.listenHost }),
    // Without a secret, runs get no token for the API.
    PAPERCLIP_AGENT_JWT_SECRET: randomBytes(32).toString("hex"),
    PAPERCLIP_DB_BACKUP_ENABLED: "false",
    PAPERCLIP_MIGRATION_AUTO_APPLY: "true",
    PAPERCLIP_MIGRATION_PROMPT: "never",
    PAPERCLIP_ANNOUNCEMENTS_ENABLED: "false",
    PAPERCLIP_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    HEARTBEAT_SCHEDULER_INTERVAL_MS: "10000",
    ...options.env,
  };
}

const tail = (text: string): string => text.split("\n").slice(-40).join("\n");

/** `health` answers 200 before the start is over; "ok" is what counts. */
async function untilHealthy(child: Child, api: PaperclipClient): Promise<void> {
  for (const deadline = Date.now() + startPatienceMs; Date.now() < deadline; await sleep(100)) {
    const ended = child.ended();
    if (ended !== undefined) throw new Error(`Paperclip ended while it started: ${ended}\n${tail(child.logs())}`);
    const health = await api.health().catch(() => undefined); // refused, until it listens
    if (health?.status === "ok") return requireVersion(health.version);
  }
  throw new Error(`Paperclip was not healthy after ${startPatienceMs / 1000} s\n${tail(child.logs())}`);
}

function requireVersion(version: string): void {
  if (version !== paperclipVersion)
    throw new Error(`Paperclip ${version} answers where ${paperclipVersion} was started`);
}

function startServer(installation: PaperclipInstallation, home: string, env: Record<string, string>): Child {
  const { node, entry } = installation;
  return startChild({ command: node, args: [entry], cwd: home, env, user: ordinaryUser() });
}

/**
 * Installs Paperclip if need be, starts it as an ordinary user on free ports, and waits until it is healthy.
 *
 * @throws with the end of its log when it does not become healthy; nothing is left running then.
 */
export async function startPaperclip(options: PaperclipOptions = {}): Promise<Paperclip> {
  const installation = await installPaperclip();
  const ports: Ports = { http: await freePort(), postgres: await freePort() };
  const forwarder = options.listenHost ? await forwardTo(ports.http, options.listenHost) : undefined;
  const url = `http://${options.listenHost ?? "127.0.0.1"}:${forwarder?.port ?? ports.http}`;
  const home = await makeHome(ordinaryUser(), ports);
  const child = startServer(installation, home, environment(home, ports.http, url, options));
  const api = new PaperclipClient(url);
  const stop = async (): Promise<void> => {
    // Open connections would hold up the server's own shutdown.
    await forwarder?.close();
    await child.stop(stopPatienceMs);
    await stopPostgres(join(home, "instances/default/db"));
    await rm(home, { recursive: true, force: true });
  };
  try {
    await untilHealthy(child, api);
    for (const folder of options.adapterPackages ?? []) await api.installAdapter(folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, api, home, logs: () => child.logs(), signal: (name) => child.signal(name), stop };
}
