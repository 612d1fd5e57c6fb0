import { readFileSync } from "node:fs";
import type { RequestOptions as HttpsOptions } from "node:https";
import { Agent, fetch } from "undici";

/** `users[].user.auth-provider.config` of a kubeconfig whose provider is `oidc`. */
export type OpenIdConfig = Readonly<Record<string, string | undefined>>;

/** A token that is about to expire is not sent any more, milliseconds. */
const EXPIRES_SOON_MS = 10_000;
/** Bound on each request of a refresh, three at most, milliseconds. */
const PROVIDER_TIMEOUT_MS = 10_000;

/**
 * An OpenID Connect token, refreshed in memory when it has expired (RFC 6749, section 6). client-node 2.0.1 cannot: it hands
 * its library a string where that takes a URL only, and would take the new token's lifetime for its end.
 */
export class OpenIdToken {
  readonly #config: OpenIdConfig;
  #token: string;
  #refreshToken: string;
  #rejected = false;

  constructor(config: OpenIdConfig) {
    this.#config = config;
    this.#token = config["id-token"] ?? "";
    this.#refreshToken = config["refresh-token"] ?? "";
  }

  /** Was it made of this configuration? A refresh token may be good for one use only: the newest one is in here. */
  isOf(config: OpenIdConfig): boolean {
    return JSON.stringify(config) === JSON.stringify(this.#config);
  }

  /** The API server does not accept the token, whatever its date says. */
  reject(): void {
    this.#rejected = true;
  }

  isAuthProvider(): boolean {
    return true;
  }

  async applyAuthentication(_user: unknown, options: HttpsOptions): Promise<void> {
    if (Date.now() >= expiryOf(this.#token) - EXPIRES_SOON_MS || (this.#rejected && this.#refreshToken)) {
      await this.#refresh();
    }
    options.headers = { ...options.headers, Authorization: `Bearer ${this.#token}` } as Record<string, string>;
  }

  async #refresh(): Promise<void> {
    const { "client-id": id = "", "client-secret": secret = "", "idp-issuer-url": issuer = "" } = this.#config;
    if (!this.#refreshToken || !id || !URL.canParse(issuer)) {
      const needed = "refresh-token, client-id and idp-issuer-url";
      throw new Error(
        `the OpenID token has expired; log in again, or give ${needed} in the kubeconfig's auth-provider`,
      );
    }
    const ca = this.#authority();
    await using agent = new DisposableAgent(ca ? { connect: { ca } } : {});
    const discovery = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {}, agent);
    const endpoint = discovery.body["token_endpoint"];
    if (typeof endpoint !== "string") throw new Error(`${issuer} names no token_endpoint (${discovery.status})`);
    const grant = { grant_type: "refresh_token", refresh_token: this.#refreshToken, client_id: id };
    const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64");
    // A provider must accept the secret in a header; some want it in the body all the same.
    let answer = await ask(endpoint, grant, agent, secret ? { authorization: `Basic ${basic}` } : {});
    if (answer.status >= 400 && secret) answer = await ask(endpoint, { ...grant, client_secret: secret }, agent);
    const { id_token: token, refresh_token: next, error } = answer.body;
    if (typeof token !== "string") {
      const why = typeof error === "string" ? error : `status ${answer.status}`;
      throw new Error(`${issuer} refreshed no OpenID token (${why}); log in again`);
    }
    this.#token = token;
    this.#rejected = false;
    if (typeof next === "string") this.#refreshToken = next;
  }

  #authority(): Buffer | null {
    const { "idp-certificate-authority": file, "idp-certificate-authority-data": data } = this.#config;
    if (data) return Buffer.from(data, "base64");
    return file ? readFileSync(file) : null;
  }
}

class DisposableAgent extends Agent {
  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  url: string,
  form: Readonly<Record<string, string>>,
  dispatcher: Agent,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
  const body = Object.keys(form).length === 0 ? {} : { method: "POST", body: new URLSearchParams(form) };
  const response = await fetch(url, {
    ...body,
    headers: { accept: "application/json", ...headers },
    signal,
    // One that is followed would take the refresh token and the secret to somebody else.
    redirect: "manual",
    dispatcher,
  });
  if (response.status >= 300 && response.status < 400)
    throw new Error(
      `${new URL(url).origin} redirects where OpenID tokens are refreshed; give the address that it leads to`,
    );
  const parsed = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  return { status: response.status, body: parsed ?? {} };
}

/** When a JSON web token ends, milliseconds since the epoch; 0 when it does not say. */
function expiryOf(token: string): number {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
