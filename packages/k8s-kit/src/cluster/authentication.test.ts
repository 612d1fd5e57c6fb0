import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ApiStub, startApiStub } from "../../test/api-stub.ts";
import { httpProxy, socksProxy } from "../../test/proxies.ts";
import { isTransient, isUnauthorized } from "../errors/index.ts";
import { systemClock } from "../time/clock.ts";
import { Cluster } from "./cluster.ts";
import { loadKubeConfig } from "./kube-config.ts";
import { connectCluster, NetworkTransport } from "./network-transport.ts";

// Real sockets and processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let stub: ApiStub;
let folder: string;
const open: Cluster[] = [];

beforeEach(async () => {
  stub = await startApiStub();
  folder = mkdtempSync(join(tmpdir(), "authentication-"));
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((cluster) => cluster.close()));
  await stub[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function connect(user: object, cluster?: object): Cluster {
  const connected = connectCluster({ kind: "text", text: stub.kubeconfig(user, cluster) });
  open.push(connected);
  return connected;
}
const get = (cluster: Cluster, timeoutMs = 60_000): Promise<unknown> => cluster.request("GET", "/x", { timeoutMs });
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("did not fail"),
    (error: unknown) => error,
  );
const bearers = (): unknown[] => stub.seen.map(({ authorization }) => authorization);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const authority = (): object => ({ "certificate-authority-data": base64(stub.certificates.ca) });

describe("what a kubeconfig's user may be", () => {
  test("a client certificate, given in the file", async () => {
    const { cert, key } = stub.certificates.client;
    await get(connect({ "client-certificate-data": base64(cert), "client-key-data": base64(key) }));
    expect(stub.seen).toMatchObject([{ client: "kube-sim-client", authorization: undefined }]);
  });

  test("a client certificate in files of its own", async () => {
    const { cert, key } = stub.certificates.client;
    await get(connect({ "client-certificate": file("crt", cert), "client-key": file("key", key) }));
    expect(stub.seen).toMatchObject([{ client: "kube-sim-client" }]);
  });

  test("a token", async () => {
    await get(connect({ token: "a-token" }));
    expect(bearers()).toEqual(["Bearer a-token"]);
  });

  test.each(["top\nsecret", "top…secret", "top\u0000secret"])(
    "a token that no header can carry (%j) is a 401 that does not quote it",
    async (token) => {
      const error = await failure(get(connect({ token })));
      expect(isUnauthorized(error)).toBe(true);
      expect(error).toMatchObject({ message: expect.stringContaining("authorization") });
      expect(inspect(error, { depth: null })).not.toMatch(/top|secret/);
      expect(stub.seen).toEqual([]);
    },
  );

  test("a name and a password", async () => {
    await get(connect({ username: "u", password: "p:q" }));
    expect(bearers()).toEqual([`Basic ${base64("u:p:q")}`]);
  });

  test("the ServiceAccount of a pod", async () => {
    const account = join(folder, "var/run/secrets/kubernetes.io/serviceaccount");
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, "ca.crt"), stub.certificates.ca);
    writeFileSync(join(account, "token"), "of-the-account");
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", String(stub.port));
    const load = (): ReturnType<typeof loadKubeConfig> => loadKubeConfig({ kind: "in-cluster" }, folder);
    const config = load();
    const server = config.getCurrentCluster()?.server ?? "";
    const cluster = new Cluster({ server, transport: new NetworkTransport(config, load, systemClock) });
    open.push(cluster);
    await get(cluster);
    expect(bearers()).toEqual(["Bearer of-the-account"]);
  });
});

describe("complaint 20: a token that rotates in its file", () => {
  test("is read again at once on a 401, for all that meet it together", async () => {
    const tokenFile = file("token", "one\n");
    const cluster = connect({ tokenFile });
    await get(cluster);
    writeFileSync(tokenFile, "two\n");
    stub.accept = ({ authorization }) => authorization === "Bearer two";
    await Promise.all([get(cluster), get(cluster), get(cluster)]);
    await get(cluster);
    expect(bearers().filter((bearer) => bearer === "Bearer one").length).toBeLessThanOrEqual(4);
    expect(bearers().at(-1)).toBe("Bearer two");
  });

  test("is read again after a minute without being asked to", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const tokenFile = file("token", "one");
    const cluster = connect({ tokenFile });
    await get(cluster);
    writeFileSync(tokenFile, "two");
    vi.setSystemTime(Date.now() + 61_000);
    await get(cluster);
    expect(bearers()).toEqual(["Bearer one", "Bearer two"]);
  });

  test("and is still refused when read again: that is the end of it, after two requests", async () => {
    stub.accept = () => false;
    const error = await failure(get(connect({ tokenFile: file("token", "secret-token") })));
    expect(isUnauthorized(error)).toBe(true);
    expect(stub.seen).toHaveLength(2);
    expect((error as Error).message).not.toContain("secret-token");
  });
});

describe("an exec plugin", () => {
  /** A plugin that counts its runs in a file, and prints what `status` says about the n-th run. */
  const plugin = (print: string): { exec: object; runs: () => number } => {
    const log = file("runs", "");
    const text = `require("fs").appendFileSync(${JSON.stringify(log)}, "x");
      const run = require("fs").readFileSync(${JSON.stringify(log)}, "utf8").length;
      const print = (status) => console.log(JSON.stringify({ kind: "ExecCredential", status }));
      ${print}`;
    const command = process.execPath;
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command, args: [file("plugin.cjs", text)] };
    return { exec, runs: () => readFileSync(log, "utf8").length };
  };

  test("gives a token, and is run once for many requests at a time, and for those that follow", async () => {
    const { exec, runs } = plugin("print({ token: `run-${run}` });");
    const cluster = connect({ exec });
    await Promise.all(Array.from({ length: 20 }, () => get(cluster)));
    await get(cluster);
    expect(new Set(bearers())).toEqual(new Set(["Bearer run-1"]));
    expect(runs()).toBe(1);
  });

  test("is run again when the token has expired, and on a 401", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const ends = JSON.stringify(new Date(Date.now() + 60_000));
    const { exec } = plugin(`print({ token: \`run-\${run}\`, ...(run === 1 && { expirationTimestamp: ${ends} }) });`);
    const cluster = connect({ exec });
    await get(cluster);
    vi.setSystemTime(Date.now() + 61_000);
    await get(cluster);
    stub.accept = ({ authorization }) => authorization === "Bearer run-3";
    await get(cluster);
    expect(bearers()).toEqual(["Bearer run-1", "Bearer run-2", "Bearer run-2", "Bearer run-3"]);
  });

  test("gives a client certificate; a new one is used on a new connection", async () => {
    const { cert, key } = stub.certificates.client;
    const pair = JSON.stringify({ clientCertificateData: cert, clientKeyData: key });
    const { exec } = plugin(`print(run === 1 ? { token: "t" } : ${pair});`);
    const cluster = connect({ exec });
    stub.accept = ({ client }) => client === "kube-sim-client";
    await get(cluster);
    expect(stub.seen).toMatchObject([
      { authorization: "Bearer t", client: undefined },
      { authorization: undefined, client: "kube-sim-client" },
    ]);
  });

  test("is told which cluster it is for, if it wants to know", async () => {
    const { exec } = plugin("print({ token: JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.cluster.server });");
    await get(connect({ exec: { ...exec, provideClusterInfo: true } }));
    expect(bearers()).toEqual([`Bearer ${stub.url}`]);
  });

  test("that fails is a 401 with its own words, and is not run again for this request", async () => {
    const { exec, runs } = plugin('console.error("please log in first"); process.exit(3);');
    const error = await failure(get(connect({ exec })));
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining("failed (3): please log in first") });
    expect(runs()).toBe(1);
    expect(stub.seen).toEqual([]);
  });

  test("that prints no credential is said so, without what it printed", async () => {
    const { exec } = plugin('console.log("secret-token");');
    const error = await failure(get(connect({ exec })));
    expect(error).toMatchObject({ message: expect.stringContaining("printed no ExecCredential") });
    expect((error as Error).message).not.toContain("secret");
  });

  test("that is not there is named, with the kubeconfig's hint", async () => {
    const error = await failure(get(connect({ exec: { command: "no-such-plugin", installHint: "Install it so." } })));
    expect(error).toMatchObject({
      message: expect.stringContaining("no-such-plugin is not installed. Install it so."),
    });
  });

  test("that hangs costs each request its own deadline, and there is one of it only", async () => {
    const { exec, runs } = plugin('process.on("SIGTERM", () => {}); setTimeout(() => print({ token: "late" }), 1500);');
    const cluster = connect({ exec });
    expect(await failure(get(cluster, 1_000))).toMatchObject({ name: "DeadlineError" });
    await get(cluster);
    expect(runs()).toBe(1);
    expect(bearers()).toEqual(["Bearer late"]);
  });
});

describe("OpenID Connect", () => {
  const jwt = (claims: object): string =>
    ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

  /** An identity provider that takes each refresh token once, and gives the next. */
  async function startProvider(secret: string | null): Promise<{ idp: ApiStub; refreshed: () => number }> {
    let refreshed = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.url?.startsWith("/.well-known")) {
        return void response.end(JSON.stringify({ issuer: idp.url, token_endpoint: `${idp.url}/token` }));
      }
      const form = new URLSearchParams((await request.toArray()).join(""));
      const known = secret === null || form.get("client_secret") === secret;
      if (form.get("refresh_token") !== `refresh-${refreshed}` || !known) {
        return void response.writeHead(400).end('{"error":"invalid_grant"}');
      }
      refreshed += 1;
      const id_token = jwt({ exp: inSeconds(3600), n: refreshed });
      response.end(JSON.stringify({ id_token, refresh_token: `refresh-${refreshed}` }));
    };
    const idp = await startApiStub((request, response) => void answer(request, response));
    return { idp, refreshed: () => refreshed };
  }
  const user = (idp: ApiStub, idToken: string, more: object = {}): object => {
    const issuer = { "idp-issuer-url": idp.url, "idp-certificate-authority-data": base64(idp.certificates.ca) };
    const config = { "client-id": "app", "id-token": idToken, "refresh-token": "refresh-0", ...issuer, ...more };
    return { "auth-provider": { name: "oidc", config } };
  };

  test.each([null, "secret"])(
    "a token that has expired is refreshed once, and then used until it ends",
    async (secret) => {
      const { idp, refreshed } = await startProvider(secret);
      await using _ = idp;
      const cluster = connect(
        user(idp, jwt({ exp: inSeconds(-10) }), secret === null ? {} : { "client-secret": secret }),
      );
      for (let call = 0; call < 5; call += 1) await get(cluster);
      expect(refreshed()).toBe(1);
      expect(new Set(bearers()).size).toBe(1);
    },
  );

  test("a token that meets a 401 is refreshed, with the newest refresh token", async () => {
    const { idp, refreshed } = await startProvider(null);
    await using _ = idp;
    const cluster = connect(user(idp, jwt({ exp: inSeconds(-10) })));
    await get(cluster);
    const first = bearers()[0];
    stub.accept = ({ authorization }) => authorization !== first;
    await get(cluster);
    expect(refreshed()).toBe(2);
  });

  test("a provider that refuses is a 401 that says so, and no secret of the configuration", async () => {
    const { idp } = await startProvider(null);
    await using _ = idp;
    const error = await failure(get(connect(user(idp, "old", { "refresh-token": "used-up" }))));
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining("(invalid_grant); log in again") });
    expect((error as Error).message).not.toContain("used-up");
  });

  test("a provider that redirects is said so, and nobody else is given a secret", async () => {
    const told: string[] = [];
    await using stranger = await startApiStub((request, response) => {
      void request.toArray().then((chunks) => told.push(chunks.join("")));
      response.end("{}");
    });
    await using idp = await startApiStub((request, response) => {
      if (request.url?.startsWith("/.well-known")) response.end(JSON.stringify({ token_endpoint: `${idp.url}/token` }));
      else response.writeHead(307, { location: `${stranger.url}/token` }).end();
    });
    const error = await failure(get(connect(user(idp, "old", { "client-secret": "secret" }))));
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining(`${idp.url} redirects`) });
    expect(told).toEqual([]);
  });

  test("a token that has expired, and cannot be refreshed, is said so before any request", async () => {
    const error = await failure(get(connect({ "auth-provider": { name: "oidc", config: { "id-token": "x.y.z" } } })));
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining("has expired; log in again") });
    expect(stub.seen).toEqual([]);
  });

  test("a token that is good is sent as it is", async () => {
    const token = jwt({ exp: inSeconds(600) });
    await get(connect({ "auth-provider": { name: "oidc", config: { "id-token": token } } }));
    expect(bearers()).toEqual([`Bearer ${token}`]);
  });
});

describe("the way to the server", () => {
  test("an HTTP proxy, whose tunnel is shared by the calls that follow", async () => {
    await using proxy = await httpProxy();
    const cluster = connect({ token: "t" }, { ...authority(), "proxy-url": `http://127.0.0.1:${proxy.port}` });
    for (let call = 0; call < 20; call += 1) await get(cluster);
    expect(proxy.targets).toEqual([`127.0.0.1:${stub.port}`]);
    expect(bearers()).toHaveLength(20);
    await cluster.close();
  });

  test.each(["socks5", "socks5h"])("a %s proxy, likewise", async (scheme) => {
    await using proxy = await socksProxy();
    const cluster = connect({ token: "t" }, { ...authority(), "proxy-url": `${scheme}://127.0.0.1:${proxy.port}` });
    for (let call = 0; call < 20; call += 1) await get(cluster);
    expect(proxy.targets).toEqual([`127.0.0.1:${stub.port}`]);
    await cluster.close();
  });

  test("HTTPS_PROXY of the environment is for other programs: client-node does not read it, nor does this", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:9");
    await get(connect({ token: "t" }));
    expect(stub.seen).toHaveLength(1);
  });

  test("tls-server-name is the name that is asked for, and that the certificate must have", async () => {
    await get(connect({ token: "t" }, { ...authority(), "tls-server-name": "localhost" }));
    expect(stub.seen).toMatchObject([{ servername: "localhost" }]);
    const error = await failure(get(connect({ token: "t" }, { ...authority(), "tls-server-name": "other.example" })));
    expect(error).toMatchObject({ status: null, message: expect.stringContaining("other.example") });
    expect(isTransient(error)).toBe(false);
  });

  test("a server whose authority is not known is refused, unless insecure-skip-tls-verify says so", async () => {
    const error = await failure(get(connect({ token: "t" }, {})));
    expect(error).toMatchObject({ status: null, message: expect.stringContaining("certificate") });
    expect(isTransient(error)).toBe(false);
    expect(stub.seen).toEqual([]);
    await get(connect({ token: "t" }, { "insecure-skip-tls-verify": true }));
    expect(stub.seen).toHaveLength(1);
  });
});
