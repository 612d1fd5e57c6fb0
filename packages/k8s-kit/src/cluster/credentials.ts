import type { RequestOptions as HttpsOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../time/clock.ts";
import { ExecPlugin } from "./exec-plugin.ts";
import { type Identity, identityOf } from "./identity.ts";
import { currentUser } from "./kube-user.ts";
import { OpenIdToken } from "./open-id-token.ts";

/** What proves who we are: in the headers of a request, or in the connection below it. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

/** Requests that met a 401 together get new credentials once. Milliseconds. */
const RENEWED_TOGETHER_MS = 1_000;

/** What is no character of a header (RFC 9110, 5.5). */
const NO_HEADER_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** The credentials of a kubeconfig's current user, as client-node makes them; asked for once, however many requests wait. */
export class CredentialSource {
  readonly #load: () => KubeConfig;
  readonly #clock: Clock;
  #config: KubeConfig;
  #openId: OpenIdToken | null;
  #running: Promise<Credentials> | null = null;
  #renewedAt = -Infinity;

  constructor(config: KubeConfig, load: () => KubeConfig, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
    this.#config = config;
    this.#openId = authenticateOurselves(config, null);
  }

  /** @throws what client-node or the plugin threw; KubeConfigError when the kubeconfig has become one that cannot be used */
  get(renew: boolean): Promise<Credentials> {
    if (renew && this.#clock.monotonic() - this.#renewedAt >= RENEWED_TOGETHER_MS) this.#renew();
    const running = (this.#running ??= credentialsOf(this.#config).finally(() => {
      if (this.#running === running) this.#running = null;
    }));
    return running;
  }

  /** Tokens are kept inside the objects that got them (by expiry, or 60 s for files): a new object has none. */
  #renew(): void {
    this.#config = this.#load();
    this.#running = null;
    const before = this.#openId;
    this.#openId = authenticateOurselves(this.#config, before);
    if (before === this.#openId) before?.reject();
    this.#renewedAt = this.#clock.monotonic();
  }
}

/**
 * Hands the current user's plugin or OpenID token from client-node to us. client-node asks its own authenticators before all
 * others, so the user must have nothing that they see.
 */
function authenticateOurselves(config: KubeConfig, before: OpenIdToken | null): OpenIdToken | null {
  const [user, cluster] = [currentUser(config), config.getCurrentCluster()];
  if (!user || !cluster) return null;
  const { exec, authProvider } = user;
  const openId = authProvider?.name === "oidc" ? (authProvider.config ?? {}) : null;
  if (!exec && !openId) return null;
  const kept = openId && (before?.isOf(openId) ? before : new OpenIdToken(openId));
  if (exec) config.addAuthenticator(new ExecPlugin(exec, cluster));
  else if (kept) config.addAuthenticator(kept);
  config.users = config.users.map((other) =>
    other.name === user.name ? { ...other, exec: null, authProvider: null } : other,
  );
  return kept;
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const options: HttpsOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = Object.fromEntries(
    // The file of a token may end in a newline.
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value).trim()]),
  );
  const unfit = Object.keys(headers).find((name) => NO_HEADER_VALUE.test(headers[name] ?? ""));
  // fetch would quote the token.
  if (unfit)
    throw new Error(`${unfit} has a line break or another character that no header can carry; write the token anew`);
  if (options.auth) headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return { headers, identity: identityOf(options, config) };
}
