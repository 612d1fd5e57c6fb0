import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { load } from "js-yaml";
import { checkKubeConfig } from "./check-kube-config.ts";
import { KubeConfigError } from "./kube-config-error.ts";
import type { KubeUser } from "./kube-user.ts";

/** Where the credentials of a cluster come from. */
export type KubeConfigSource =
  | ({ readonly kind: "file"; readonly path: string } & ChosenContext)
  | ({ readonly kind: "text"; readonly text: string } & ChosenContext)
  /** The ServiceAccount of the pod that this process runs in. */
  | { readonly kind: "in-cluster" }
  /** As kubectl: the files of `KUBECONFIG` (the first to say something is heard), or `~/.kube/config`, or else in-cluster. */
  | ({ readonly kind: "default" } & ChosenContext);

/** Of the kubeconfig. */
interface ChosenContext {
  /** Name of a context; its current one unless given. In a cluster there is none. */
  readonly context?: string;
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Loads a kubeconfig, and checks that its current context leads to a server and, if it names one, to a user, and that its certificates are some.
 * `root` stands before the path of the ServiceAccount's files, where the pod's file system is mounted elsewhere.
 * @throws KubeConfigError that says which key of which file is wrong, and what to do
 */
export function loadKubeConfig(source: KubeConfigSource, root: string = ""): KubeConfig {
  switch (source.kind) {
    case "text":
      return chosen(parse(source.text, "the kubeconfig text"), "the kubeconfig text", source.context);
    case "file":
      return chosen(readFile(source.path), source.path, source.context);
    case "in-cluster":
      return loadInCluster(root);
    case "default":
      return loadDefault(root, source.context);
  }
}

function chosen(config: KubeConfig, where: string, context: string | undefined): KubeConfig {
  if (context !== undefined) config.setCurrentContext(context);
  return checkKubeConfig(config, where);
}

function loadInCluster(root: string): KubeConfig {
  if (!process.env["KUBERNETES_SERVICE_HOST"]) {
    throw new KubeConfigError("this process does not run in a cluster (KUBERNETES_SERVICE_HOST is not set)");
  }
  const token = `${root}${SERVICE_ACCOUNT}/token`;
  if (!existsSync(token)) {
    throw new KubeConfigError(
      `${token} is missing; run the pod with a ServiceAccount and automountServiceAccountToken`,
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return checkKubeConfig(config, "the ServiceAccount of this pod");
}

/** Own, because client-node's lets the last file win, ends at a file that is missing, and falls back to localhost:8080. */
function loadDefault(root: string, context: string | undefined): KubeConfig {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const candidates = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const paths = candidates.filter((path) => existsSync(path));
  if (paths.length > 0) return chosen(merge(paths.map(readFile)), paths.join(delimiter), context);
  if (named.length > 0) throw new KubeConfigError(`KUBECONFIG names ${named.join(", ")}, and there is no such file`);
  if (process.env["KUBERNETES_SERVICE_HOST"]) return loadInCluster(root);
  const remedy = "set KUBECONFIG to the path of a kubeconfig";
  throw new KubeConfigError(`there is no ${candidates.join()}, and this process does not run in a cluster; ${remedy}`);
}

/** The first to define a name, or the context, wins. */
function merge(configs: readonly KubeConfig[]): KubeConfig {
  const first = <T extends { readonly name: string }>(lists: readonly T[][]): T[] => [
    ...new Map(
      lists
        .flat()
        .reverse()
        .map((item) => [item.name, item]),
    ).values(),
  ];
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: first(configs.map(({ clusters }) => clusters)),
    users: first(configs.map(({ users }) => users)),
    contexts: first(configs.map(({ contexts }) => contexts)),
    currentContext: configs.map(({ currentContext }) => currentContext).find(Boolean),
  });
  return config;
}

function readFile(path: string): KubeConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new KubeConfigError(
      `${path} cannot be read (${code}); give the path of a kubeconfig that this process may read`,
    );
  }
  const config = parse(text, path);
  const folder = dirname(path);
  config.makePathsAbsolute(folder);
  for (const { exec, authProvider } of config.users as KubeUser[]) {
    // kubectl finds a plugin with a slash in its name from the kubeconfig on, and likewise a token's file.
    if (exec?.command?.includes("/")) exec.command = resolve(folder, exec.command);
    const settings = authProvider?.config;
    if (settings?.["tokenFile"]) settings["tokenFile"] = resolve(folder, settings["tokenFile"]);
  }
  return config;
}

interface RawUser {
  readonly name?: string;
  readonly user?: { readonly tokenFile?: string };
}

function parse(text: string, where: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
    const raw = (load(text) as { users?: readonly RawUser[] }).users ?? [];
    const files = new Map(raw.flatMap(({ name, user }) => (user?.tokenFile ? [[name, user.tokenFile]] : [])));
    // client-node knows the field under another name only (`token-file`), and reads that file once: as an
    // authentication provider the file is read again every 60 s.
    config.users = config.users.map(({ token, ...user }) => {
      const tokenFile = files.get(user.name);
      if (tokenFile === undefined) return token === undefined ? user : { ...user, token };
      return { ...user, authProvider: { name: "tokenFile", config: { tokenFile } } };
    });
  } catch (cause) {
    throw new KubeConfigError(`${where} cannot be read as a kubeconfig: ${withoutContent(cause)}`);
  }
  return config;
}

/** What is wrong, less the lines of the file that a YAML parser quotes: they may hold a token. */
function withoutContent(cause: unknown): string {
  const { code, reason, mark, message } = cause as {
    code?: string;
    reason?: string;
    mark?: { line?: number };
    message?: string;
  };
  if (reason !== undefined) return `${reason.replace(/"[^"]*"|<[^>]*>/g, "…")} (line ${(mark?.line ?? 0) + 1})`;
  // client-node's own words for an entry that lacks something: `clusters[0].cluster.server is missing`.
  if (message && /^(clusters|users|contexts)\[\d+\][.\w]* is missing$/.test(message)) return message;
  return code ?? "it is no object of clusters, contexts and users";
}
