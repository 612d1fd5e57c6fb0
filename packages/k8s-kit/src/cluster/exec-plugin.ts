import { execFile } from "node:child_process";
import type { RequestOptions as HttpsOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { ExecConfig } from "./kube-user.ts";

type Cluster = NonNullable<ReturnType<KubeConfig["getCurrentCluster"]>>;

interface Credential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** A plugin that opens a browser needs a minute; one that hangs is killed then. A request gives up earlier, by its own bound. */
const LONGEST_MS = 60_000;
/** A credential is some kilobytes. */
const LARGEST_BYTES = 1024 * 1024;
/** Of what a plugin wrote to stderr, the end is told, in characters. */
const TOLD = 500;

/**
 * Gets credentials from an exec plugin, and keeps them until they expire. client-node's own neither ends a plugin that hangs,
 * nor tells it `KUBERNETES_EXEC_INFO`, and may quote a credential in the message of an error.
 */
export class ExecPlugin {
  readonly #config: ExecConfig;
  readonly #cluster: Cluster;
  #credential: Credential | null = null;

  constructor(config: ExecConfig, cluster: Cluster) {
    this.#config = config;
    this.#cluster = cluster;
  }

  isAuthProvider(): boolean {
    return true;
  }

  async applyAuthentication(_user: unknown, options: HttpsOptions): Promise<void> {
    if (this.#credential === null || isExpired(this.#credential)) this.#credential = await this.#run();
    const { token, clientCertificateData, clientKeyData } = this.#credential;
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` } as Record<string, string>;
  }

  #run(): Promise<Credential> {
    const { command, args, env, installHint } = this.#config;
    const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
    const options = {
      env: { ...process.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(this.#info()) },
      signal: AbortSignal.timeout(LONGEST_MS),
      killSignal: "SIGKILL" as const,
      maxBuffer: LARGEST_BYTES,
    };
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`the exec plugin ${command} ${why}`));
      const child = execFile(command, [...(args ?? [])], options, (error, stdout, stderr) => {
        if (!error) {
          const credential = parse(stdout);
          return credential ? resolve(credential) : fail("printed no ExecCredential with a token or a certificate");
        }
        if (error.code === "ENOENT") return fail(`is not installed. ${installHint ?? ""}`.trim());
        if (options.signal.aborted) return fail(`was ended: it took longer than ${LONGEST_MS / 1000} s`);
        fail(`failed (${error.code ?? error.signal}): ${stderr.trim().slice(-TOLD)}`);
      });
      child.stdin?.end();
      // Who waits for it has a deadline; the program itself shall not be kept.
      for (const handle of [child, child.stdout, child.stderr] as Unreferenced[]) handle?.unref();
    });
  }

  #info(): object {
    const { apiVersion = "client.authentication.k8s.io/v1", provideClusterInfo } = this.#config;
    const { server, tlsServerName, skipTLSVerify, caData, proxyUrl } = this.#cluster;
    const cluster = {
      server,
      "tls-server-name": tlsServerName,
      "insecure-skip-tls-verify": skipTLSVerify,
      "certificate-authority-data": caData,
      "proxy-url": proxyUrl,
    };
    return { apiVersion, kind: "ExecCredential", spec: { interactive: false, ...(provideClusterInfo && { cluster }) } };
  }
}

/** The pipes of a process are sockets, which its type does not tell. */
type Unreferenced = { unref(): void } | null;

function isExpired({ expirationTimestamp }: Credential): boolean {
  return expirationTimestamp !== undefined && Date.parse(expirationTimestamp) <= Date.now();
}

/** Never quotes what was printed: it may be a token. */
function parse(stdout: string): Credential | null {
  try {
    const { status } = JSON.parse(stdout) as { status?: Credential };
    return status?.token || (status?.clientCertificateData && status.clientKeyData) ? status : null;
  } catch {
    return null;
  }
}
