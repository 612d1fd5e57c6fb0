import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";
import { KubeConfigError } from "./kube-config-error.ts";
import { currentUser, type KubeUser } from "./kube-user.ts";

type Cluster = NonNullable<ReturnType<KubeConfig["getCurrentCluster"]>>;

const PROXIES = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * Returns the configuration when its current context leads to a server, and to a user where it names one.
 * @throws KubeConfigError that names file and key, and what to do, but no content
 */
export function checkKubeConfig(config: KubeConfig, where: string): KubeConfig {
  const wrong = (what: string): never => {
    throw new KubeConfigError(`${where}: ${what}`);
  };
  const { currentContext } = config;
  if (!currentContext) return wrong("names no current-context; choose one with kubectl config use-context");
  const context = config.contexts.find(({ name }) => name === currentContext);
  if (!context) {
    const names = config.contexts.map(({ name }) => name).join(", ") || "none";
    return wrong(`there is no context ${currentContext}; there are: ${names}`);
  }
  const cluster = config.getCluster(context.cluster);
  if (!cluster) return wrong(`context ${currentContext} leads to no cluster: clusters has no ${context.cluster}`);
  checkCluster(cluster, wrong);
  if (!context.user) return config; // Anonymous: something on the way to the server authenticates.
  const user = currentUser(config);
  if (!user) return wrong(`context ${currentContext} leads to no user: users has no ${context.user}`);
  checkUser(user, wrong);
  return config;
}

type Wrong = (what: string) => never;

function checkCluster({ name, server, skipTLSVerify, proxyUrl, caFile, caData }: Cluster, wrong: Wrong): void {
  const key = `clusters[${name}].cluster`;
  const url = URL.parse(server);
  if (!url || !["https:", "http:"].includes(url.protocol))
    wrong(`${key}.server must be a URL such as https://host:6443`);
  if (url?.username || url?.password) wrong(`${key}.server holds a password; give the user's in users`);
  // client-node refuses it, too: a token would go over the wire for all to read.
  if (url?.protocol === "http:" && !skipTLSVerify) {
    wrong(`${key}.server is http: use https, or say insecure-skip-tls-verify: true if nobody can listen`);
  }
  const proxy = proxyUrl === undefined ? null : URL.parse(proxyUrl);
  if (proxyUrl !== undefined && (!proxy || !PROXIES.includes(proxy.protocol))) {
    wrong(`${key}.proxy-url must be a URL that begins with one of ${PROXIES.join(" ")}`);
  }
  const ca = read(`${key}.certificate-authority`, caFile, caData, wrong);
  if (ca && !isCertificate(ca.pem)) wrong(`${ca.key} holds no certificate in PEM format`);
}

function checkUser({ name, certFile, certData, keyFile, keyData, exec }: KubeUser, wrong: Wrong): void {
  const prefix = `users[${name}].user`;
  if (exec && !exec.command) wrong(`${prefix}.exec.command is missing`);
  if (exec?.interactiveMode === "Always") {
    wrong(`${prefix}.exec.interactiveMode is Always, and there is no terminal here; use a plugin that asks nothing`);
  }
  const certificate = read(`${prefix}.client-certificate`, certFile, certData, wrong);
  const key = read(`${prefix}.client-key`, keyFile, keyData, wrong);
  if (!certificate && !key) return;
  if (!certificate) return wrong(`${prefix} has a client-key, but no client-certificate`);
  if (!key) return wrong(`${prefix} has a client-certificate, but no client-key`);
  if (!isCertificate(certificate.pem)) return wrong(`${certificate.key} holds no certificate in PEM format`);
  let belongs: boolean;
  try {
    belongs = new X509Certificate(certificate.pem).checkPrivateKey(createPrivateKey(key.pem));
  } catch {
    return wrong(`${key.key} holds no private key in PEM format that can be read without a passphrase`);
  }
  if (!belongs) wrong(`${key.key} is not the key of ${certificate.key}`);
}

/** The bytes of a file, or of the base64 beside it, with the name of the key that they come from. */
function read(
  key: string,
  file: string | undefined,
  data: string | undefined,
  wrong: Wrong,
): { readonly key: string; readonly pem: Buffer } | null {
  if (file) {
    try {
      return { key: `${key} (${file})`, pem: readFileSync(file) };
    } catch (cause) {
      return wrong(`${key} is ${file}, which cannot be read (${(cause as NodeJS.ErrnoException).code})`);
    }
  }
  return data ? { key: `${key}-data`, pem: Buffer.from(data, "base64") } : null;
}

function isCertificate(pem: Buffer): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
