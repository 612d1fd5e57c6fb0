import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrdinaryUser } from "./ordinary-user.ts";

/** What two servers share that are one Paperclip. */
export interface Shared {
  /** Connection string of the database. */
  readonly databaseUrl: string;
  /** By which one server knows the tokens that the other gave to its runs. */
  readonly tokenSecret: string;
  /** Folder of the runs' logs, which one server reads and the other wrote. */
  readonly runLogs: string;
}

export interface HomeOptions {
  /** Of the loopback interface. */
  readonly httpPort: number;
  readonly postgresPort: number;
  /** `PAPERCLIP_API_URL`. */
  readonly url: string;
  readonly listenHost?: string;
  /** Another server's, instead of its own. */
  readonly shared?: Shared;
  /** More environment for the server. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a server has its files, and with which environment it is started, each time. */
export interface Home {
  readonly folder: string;
  /** Of its embedded PostgreSQL. */
  readonly database: string;
  readonly env: Record<string, string>;
  readonly shared: Shared;
}

/** PostgreSQL's port and the switch for update checks exist in the configuration file only. */
function configuration(instance: string, postgresPort: number): string {
  return JSON.stringify({
    $meta: { version: 1, updatedAt: "2026-01-01T00:00:00.000Z", source: "onboard" },
    database: {
      mode: "embedded-postgres",
      embeddedPostgresDataDir: join(instance, "db"),
      embeddedPostgresPort: postgresPort,
    },
    logging: { mode: "file", logDir: join(instance, "logs") },
    server: { deploymentMode: "local_trusted", exposure: "private", bind: "loopback", host: "127.0.0.1" },
    telemetry: { enabled: false },
    updates: { checkEnabled: false },
  });
}

/** Makes a home that belongs to `user`. Its owner removes it. */
export async function makeHome(user: OrdinaryUser | undefined, options: HomeOptions): Promise<Home> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "paperclip-"));
  const instance = join(folder, "instances/default");
  await mkdir(instance, { recursive: true });
  await writeFile(join(instance, "config.json"), configuration(instance, options.postgresPort));
  if (user) {
    for (const path of ["", "instances", "instances/default", "instances/default/config.json"]) {
      await chown(join(folder, path), user.uid, user.gid);
    }
  }
  const shared = options.shared ?? {
    databaseUrl: `postgres://paperclip:paperclip@127.0.0.1:${options.postgresPort}/paperclip`,
    // Without a secret, runs get no token for the API.
    tokenSecret: randomBytes(32).toString("hex"),
    runLogs: join(instance, "data/run-logs"),
  };
  return { folder, database: join(instance, "db"), env: environment(folder, shared, options), shared };
}

function environment(folder: string, shared: Shared, options: HomeOptions): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: folder,
    LANG: "C.UTF-8",
    NODE_ENV: "production",
    PAPERCLIP_HOME: folder,
    PAPERCLIP_CONFIG: join(folder, "instances/default/config.json"),
    PORT: String(options.httpPort),
    PAPERCLIP_API_URL: options.url,
    // Without the host in this list, a request that was forwarded is refused for its Host header.
    ...(options.listenHost && { PAPERCLIP_ALLOWED_HOSTNAMES: options.listenHost }),
    PAPERCLIP_AGENT_JWT_SECRET: shared.tokenSecret,
    RUN_LOG_BASE_PATH: shared.runLogs,
    ...(options.shared && { DATABASE_URL: shared.databaseUrl }),
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
