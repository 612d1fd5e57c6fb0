import type { KubeConfig } from "@kubernetes/client-node";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificates, makeCertificates } from "@opencode-k8s/kube-sim";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { KubeConfigError } from "./kube-config-error.ts";
import { type KubeConfigSource, loadKubeConfig } from "./kube-config.ts";

let folder: string;
let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates("127.0.0.1");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kube-config-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const text = (user: object, cluster: object, more: object = {}): string =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://host:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
    ...more,
  });
const load = (content: string): unknown => loadKubeConfig({ kind: "text", text: content });

test("another context than the current one is chosen by its name", () => {
  const two = text(
    {},
    {},
    { contexts: ["x", "y"].map((name) => ({ name, context: { cluster: "c", namespace: name } })) },
  );
  const namespace = (context?: string): string | undefined => {
    const config = loadKubeConfig({ kind: "text", text: two, ...(context === undefined ? {} : { context }) });
    return config.getContextObject(config.currentContext)?.namespace;
  };
  expect([namespace(), namespace("y")]).toEqual(["x", "y"]);
  expect(() => namespace("z")).toThrow("there is no context z; there are: x, y");
});

test("a context without a user is one of an anonymous user", async () => {
  const config = load(text({}, {}, { contexts: [{ name: "x", context: { cluster: "c" } }] })) as KubeConfig;
  const options = {};
  await config.applyToHTTPSOptions(options);
  expect(options).not.toHaveProperty("headers");
});

describe("a kubeconfig that cannot be used is refused at once, with the key and what to do", () => {
  test.each<[string, () => string, string]>([
    ["no YAML", () => "a: [", "cannot be read as a kubeconfig: "],
    ["no object", () => "null", "cannot be read as a kubeconfig: it is no object of clusters, contexts and users"],
    ["an entry without a server", () => text({}, { server: "" }), "clusters[0].cluster.server is missing"],
    ["no current context", () => text({}, {}, { "current-context": "" }), "names no current-context; choose one with"],
    [
      "a context that is not there",
      () => text({}, {}, { "current-context": "y" }),
      "there is no context y; there are: x",
    ],
    [
      "a context that leads to no cluster",
      () => text({}, {}, { clusters: [] }),
      "context x leads to no cluster: clusters has no c",
    ],
    [
      "a context that leads to no user",
      () => text({}, {}, { users: [] }),
      "context x leads to no user: users has no u",
    ],
    [
      "a server that is no URL",
      () => text({}, { server: "host:6443" }),
      "clusters[c].cluster.server must be a URL such as",
    ],
    [
      "a server that anybody can listen to",
      () => text({}, { server: "http://host" }),
      "clusters[c].cluster.server is http",
    ],
    [
      "a proxy of a strange kind",
      () => text({}, { "proxy-url": "ftp://p" }),
      "clusters[c].cluster.proxy-url must be a URL",
    ],
    [
      "an authority that is none",
      () => text({}, { "certificate-authority-data": base64("secret-thing") }),
      "clusters[c].cluster.certificate-authority-data holds no certificate in PEM format",
    ],
    [
      "an authority in a file that is missing",
      () => text({}, { "certificate-authority": "/nonexistent/ca" }),
      "clusters[c].cluster.certificate-authority is /nonexistent/ca, which cannot be read (ENOENT)",
    ],
    [
      "a client certificate without its key",
      () => text({ "client-certificate-data": base64(certificates.client.cert) }, {}),
      "users[u].user has a client-certificate, but no client-key",
    ],
    [
      "a client key without its certificate",
      () => text({ "client-key-data": base64(certificates.client.key) }, {}),
      "users[u].user has a client-key, but no client-certificate",
    ],
    [
      "a client key that is none",
      () =>
        text(
          { "client-certificate-data": base64(certificates.client.cert), "client-key-data": base64("secret-thing") },
          {},
        ),
      "users[u].user.client-key-data holds no private key in PEM format",
    ],
    [
      "the key of another certificate",
      () =>
        text(
          { "client-certificate-data": base64(certificates.client.cert), "client-key-data": base64(certificates.key) },
          {},
        ),
      "users[u].user.client-key-data is not the key of users[u].user.client-certificate-data",
    ],
    ["a plugin without a command", () => text({ exec: { args: [] } }, {}), "users[u].user.exec.command is missing"],
    [
      "a plugin that needs somebody to answer",
      () => text({ exec: { command: "x", interactiveMode: "Always" } }, {}),
      "users[u].user.exec.interactiveMode is Always",
    ],
  ])("%s", (_, content, message) => {
    expect(() => load(content())).toThrow(KubeConfigError);
    expect(() => load(content())).toThrow(message);
    expect(() => load(content())).not.toThrow(/secret-thing/);
  });

  test("a file that is missing", () => {
    const source: KubeConfigSource = { kind: "file", path: "/nonexistent/kubeconfig" };
    expect(() => loadKubeConfig(source)).toThrow(
      "/nonexistent/kubeconfig cannot be read (ENOENT); give the path of a kubeconfig that this process may read",
    );
  });

  test("YAML that is broken: the line, and nothing that it holds", () => {
    const broken = "users:\n- user:\n    token: secret-token\n   broken: [";
    expect(() => load(broken)).toThrow(/line \d/);
    expect(() => load(broken)).not.toThrow(/secret-token/);
  });

  test("in-cluster, but this is no cluster, or the ServiceAccount is not mounted", () => {
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "");
    expect(() => loadKubeConfig({ kind: "in-cluster" })).toThrow("does not run in a cluster");
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    expect(() => loadKubeConfig({ kind: "in-cluster" }, folder)).toThrow("automountServiceAccountToken");
  });
});

test("paths in a file begin where the file lies", () => {
  const path = join(folder, "config");
  writeFileSync(join(folder, "ca.crt"), certificates.ca);
  writeFileSync(
    path,
    text({ tokenFile: "token", exec: { command: "./plugin" } }, { "certificate-authority": "ca.crt" }),
  );
  const config = loadKubeConfig({ kind: "file", path });
  expect(config.getCurrentCluster()?.caFile).toBe(join(folder, "ca.crt"));
  expect(config.getCurrentUser()).toMatchObject({
    exec: { command: join(folder, "plugin") },
    authProvider: { config: { tokenFile: join(folder, "token") } },
  });
});

describe("the default is what kubectl takes", () => {
  const server = (): string | undefined => loadKubeConfig({ kind: "default" }).getCurrentCluster()?.server;
  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }
  beforeEach(() => {
    vi.stubEnv("HOME", folder);
    vi.stubEnv("KUBECONFIG", "");
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "");
  });

  test("the files of KUBECONFIG, of which the first to say something is heard, and one that is missing says nothing", () => {
    const context = [{ name: "second", context: { cluster: "c2", user: "u" } }];
    const other = { clusters: [{ name: "c2", cluster: { server: "https://two" } }], contexts: context };
    const first = file("one", text({ token: "t" }, { server: "https://one" }, { "current-context": "second" }));
    const second = file("two", text({ token: "other" }, {}, { ...other, "current-context": "x" }));
    vi.stubEnv("KUBECONFIG", [join(folder, "missing"), first, second].join(":"));
    const config = loadKubeConfig({ kind: "default" });
    expect(config.currentContext).toBe("second");
    expect(config.getCurrentCluster()?.server).toBe("https://two");
    expect(config.getCurrentUser()?.token).toBe("t");
  });

  test("~/.kube/config, when KUBECONFIG is not set", () => {
    mkdirSync(join(folder, ".kube"));
    file(".kube/config", text({}, { server: "https://home" }));
    expect(server()).toBe("https://home");
  });

  test("KUBECONFIG that names nothing that is there is an error, not another cluster", () => {
    mkdirSync(join(folder, ".kube"));
    file(".kube/config", text({}, { server: "https://home" }));
    vi.stubEnv("KUBECONFIG", join(folder, "missing"));
    expect(server).toThrow(`KUBECONFIG names ${join(folder, "missing")}, and there is no such file`);
  });

  test("nothing at all is an error that says where it was looked for", () => {
    expect(server).toThrow(
      `there is no ${join(folder, ".kube", "config")}, and this process does not run in a cluster`,
    );
  });
});
