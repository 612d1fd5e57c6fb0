import type { KubeConfig } from "@kubernetes/client-node";
import type { RequestOptions as HttpsOptions } from "node:https";

const OPTIONS = ["ca", "cert", "key", "pfx", "passphrase", "rejectUnauthorized", "servername"] as const;

/** What a connection is made with, and may not be reused without: certificates, and the proxy in between. */
export type Identity = Readonly<Record<(typeof OPTIONS)[number], unknown>> & { readonly proxyUrl: string | undefined };

/** The part of client-node's options that is about the connection, not about the request. */
export function identityOf(options: HttpsOptions, config: KubeConfig): Identity {
  const given = options as Readonly<Record<string, unknown>>;
  const [ca, cert, key, pfx, passphrase, rejectUnauthorized, servername] = OPTIONS.map((name) => given[name]);
  const proxyUrl = config.getCurrentCluster()?.proxyUrl;
  return { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, proxyUrl };
}

export function sameIdentity(one: Identity, other: Identity): boolean {
  return one.proxyUrl === other.proxyUrl && OPTIONS.every((name) => same(one[name], other[name]));
}

/** Certificates from files come as bytes, anew each time. */
function same(one: unknown, other: unknown): boolean {
  return one === other || (Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.equals(other));
}
