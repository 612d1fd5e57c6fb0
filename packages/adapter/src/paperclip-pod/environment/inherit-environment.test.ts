import { describe, expect, test } from "vitest";
import { PAPERCLIP_ENV, PAPERCLIP_POD } from "../../../test/paperclip-pod.ts";
import { readRunConfig, type RunConfig } from "../../config/index.ts";
import { paperclipContainer } from "../paperclip-container.ts";
import type { EnvironmentSource } from "./container-variables.ts";
import { inheritEnvironment } from "./inherit-environment.ts";

const SHARED = { "dataClaim.claimName": "paperclip-data", "dataClaim.subPath": "live" };

interface Given {
  readonly raw?: Record<string, unknown>;
  /** Instead of the container's own. */
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath: string }[];
  readonly server?: Readonly<Record<string, string>>;
  readonly isNear?: boolean;
  readonly sameImage?: boolean;
}

function inherit({ raw = {}, env, volumeMounts, server = PAPERCLIP_ENV, isNear = true, sameImage = true }: Given = {}) {
  const container = paperclipContainer(PAPERCLIP_POD, "/paperclip");
  const source: EnvironmentSource = {
    container: {
      ...container,
      ...(env && { env: [...env] }),
      ...(volumeMounts && { volumeMounts: [...volumeMounts] }),
    },
    volumes: PAPERCLIP_POD.spec?.volumes ?? [],
    server: { env: server, readText: () => undefined },
    isNear,
  };
  const least = { model: "anthropic/claude", namespace: "agents", image: "opencode:1", ...SHARED };
  const { changes, notes } = inheritEnvironment(source, readRunConfig({ ...least, ...raw }, "c"), sameImage);
  const extraVolumes: NonNullable<RunConfig["extraVolumes"]> = changes.extraVolumes ?? [];
  return { ...changes.inherited, providerKeys: changes.providerKeys, extraVolumes, notes };
}

const providers = (definition: unknown) => ({ PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(definition) });

describe("without a word of the configuration", () => {
  test("a run has the way out of the cluster and the certificates, and nothing that is Paperclip's own", () => {
    const { env, envValueFrom, envFrom } = inherit();
    expect(env).toEqual({
      HTTPS_PROXY: "http://proxy.paperclip:3128",
      NO_PROXY: ".svc",
      NODE_EXTRA_CA_CERTS: "/etc/ca/ca.crt",
    });
    expect([envValueFrom, envFrom]).toEqual([{}, []]);
  });

  test("what it does not have is named, and no value of it", () => {
    const notes = inherit().notes.join("\n");
    for (const name of [
      "DATABASE_URL",
      "BETTER_AUTH_SECRET",
      "NODE_ENV",
      "the Secret paperclip-env (envFrom)",
      "the Secret paperclip-tls at /etc/tls",
    ])
      expect(notes).toContain(name);
    expect(notes).toMatch(/inheritEnv, envFrom or extraVolumes/);
    expect(notes).not.toContain("canary");
  });

  test("what it has is named, too", () => {
    expect(inherit().notes[0]).toBe(
      "Environment from %pod: variables HTTPS_PROXY, NODE_EXTRA_CA_CERTS, NO_PROXY; the key of anthropic (ANTHROPIC_API_KEY), as a file; what is mounted at /etc/ca",
    );
  });
});

describe("the key of a provider", () => {
  test("is a file, and no variable, also where the pod refers to it or has it by envFrom", () => {
    expect(inherit().providerKeys).toEqual({ anthropic: "canary-anthropic" });
    expect(inherit({ raw: { model: "openai/gpt" } }).providerKeys).toEqual({ openai: "canary-openai" });
    expect(inherit().env).not.toHaveProperty("ANTHROPIC_API_KEY");
  });

  test("is only that of a provider whose model the run may use", () => {
    const env = { PAPERCLIP_OPENCODE_SMALL_MODEL: "openai/gpt-mini" };
    expect(inherit({ raw: { env } }).providerKeys).toEqual({ anthropic: "canary-anthropic", openai: "canary-openai" });
    expect(inherit({ raw: { model: "groq/x" } }).providerKeys).toBeUndefined();
  });

  test.each([
    ["providerKeys", { providerKeys: { anthropic: "own" } }],
    ["authJson", { authJson: { anthropic: { type: "api", key: "own" } } }],
    ["env", { env: { ANTHROPIC_API_KEY: "own" } }],
    ["envValueFrom", { envValueFrom: { ANTHROPIC_API_KEY: { secretKeyRef: { name: "s", key: "k" } } } }],
    ["its configuration", { env: providers({ anthropic: { options: { apiKey: "own" } } }) }],
  ])("is not inherited where the agent has one in %s", (_, raw) => {
    expect(inherit({ raw }).providerKeys).toBeUndefined();
  });

  test("of a provider of the operator's own is in the variable that it names", () => {
    const raw = { model: "gate/m", env: providers({ gate: { env: ["TEAM_TOKEN"] } }) };
    expect(inherit({ raw }).providerKeys).toEqual({ gate: "canary-team" });
  });

  test("whose value only the cluster knows is a reference", () => {
    const { ANTHROPIC_API_KEY: _, ...server } = PAPERCLIP_ENV;
    expect(inherit({ server })).toMatchObject({
      envValueFrom: { ANTHROPIC_API_KEY: { secretKeyRef: { name: "providers", key: "anthropic" } } },
    });
  });
});

describe("variables", () => {
  test("with a provider's settings are inherited with it; a reference stays one", () => {
    const { envValueFrom } = inherit({ raw: { model: "amazon-bedrock/claude" } });
    expect(envValueFrom).toEqual({ AWS_REGION: { configMapKeyRef: { name: "aws", key: "region" } } });
  });

  test("that the configuration of OpenCode names are there", () => {
    const raw = { env: providers({ gate: { options: { apiKey: "{env:TEAM_TOKEN}" } } }) };
    expect(inherit({ raw }).env).toMatchObject({ TEAM_TOKEN: "canary-team" });
  });

  test("are looked for in linear time: the server waits meanwhile", () => {
    const begunAt = performance.now();
    const env = { PAPERCLIP_OPENCODE_SMALL_MODEL: "{env:".repeat(200_000) };
    inherit({ raw: { env, paperclipApiUrl: `http://a${"/".repeat(200_000)}b` } });
    // In square time it would be minutes.
    expect(performance.now() - begunAt).toBeLessThan(2_000);
  });

  test("of the agent's own configuration win", () => {
    expect(inherit({ raw: { env: { NO_PROXY: "mine" } } }).env).not.toHaveProperty("NO_PROXY");
  });

  test("that describe the pod are never passed on: the run's pod is another", () => {
    expect(inherit({ raw: { inheritEnv: "POD_NAME" } }).env).not.toHaveProperty("POD_NAME");
  });

  test("of a name that no run can have are left", () => {
    const env = [
      { name: "my.var", value: "x" },
      { name: "OPENCODE_K8S_X", value: "x" },
    ];
    expect(inherit({ env, server: {}, raw: { inheritEnv: "all" } }).env).toEqual({});
  });

  test("whose reference means nothing in another namespace have their value", () => {
    const { env, envValueFrom } = inherit({ raw: { model: "amazon-bedrock/claude" }, isNear: false });
    expect(env).toMatchObject({ AWS_REGION: "eu-central-1" });
    expect(envValueFrom).toEqual({});
  });
});

describe("inheritEnv", () => {
  test("chooses by names and patterns, also among what comes from envFrom", () => {
    const { env, envValueFrom } = inherit({ raw: { inheritEnv: "BETTER_AUTH_* TEAM_*" } });
    expect(envValueFrom).toEqual({ BETTER_AUTH_SECRET: { secretKeyRef: { name: "paperclip", key: "auth" } } });
    expect(env).toMatchObject({ TEAM_TOKEN: "canary-team" });
    expect(env).not.toHaveProperty("DATABASE_URL");
  });

  test.each([
    ["TEAM_TOKEN", true],
    ["TEAM_TOKEN*", true],
    ["*TOKEN", true],
    ["T*M_*N", true],
    ["*_*", true],
    ["TEAM", false],
    ["TEAM.TOKEN", false],
    ["TOKEN*", false],
    ["TEAM_TOKEN*N", false],
    ["T*M*M*N", false],
    [`${"*".repeat(40)}TEAM_TOKEN_`, false],
    [`${"*E".repeat(40)}`, false],
  ])("a pattern is for the whole name: %s", (pattern, isChosen) => {
    const env = [
      { name: "TEAM_TOKEN", value: "x" },
      { name: `TEAM_${"E".repeat(40)}`, value: "x" },
    ];
    expect("TEAM_TOKEN" in inherit({ env, server: {}, raw: { inheritEnv: pattern } }).env).toBe(isChosen);
  });

  test("all is the environment that the predecessor passed on, references as references", () => {
    const { env, envValueFrom, envFrom } = inherit({ raw: { inheritEnv: "all" } });
    expect(env).toMatchObject({ DATABASE_URL: "postgres://canary-database" });
    expect(envValueFrom).toHaveProperty("BETTER_AUTH_SECRET");
    expect(envFrom).toEqual([{ secretRef: { name: "paperclip-env" } }]);
  });

  test("NODE_ENV and what sets up the container need their name", () => {
    for (const inheritEnv of ["all", "*", "NODE_*"]) {
      const { env } = inherit({ raw: { inheritEnv } });
      for (const name of ["NODE_ENV", "PATH", "HOME", "KUBERNETES_SERVICE_HOST"]) expect(env).not.toHaveProperty(name);
    }
    expect(inherit({ raw: { inheritEnv: "NODE_ENV" } }).env).toHaveProperty("NODE_ENV");
  });
});

describe("a variable that names a file", () => {
  const of = (path: string): Given => ({ env: [{ name: "SSL_CERT_FILE", value: path }], server: {} });

  test("comes with the volume that has the file, as it is mounted in the Paperclip pod", () => {
    const { env, extraVolumes } = inherit(of("/etc/ca/ca.crt"));
    expect(env).toEqual({ SSL_CERT_FILE: "/etc/ca/ca.crt" });
    const source = { configMap: { name: "company-ca", defaultMode: 420 } };
    expect(extraVolumes).toEqual([{ name: "inherited-0", mountPath: "/etc/ca", readOnly: true, source }]);
  });

  test("is good as it is, where the file is on the shared claim or in the same image", () => {
    for (const path of ["/paperclip/ca.crt", "/etc/ssl/ca.crt"])
      expect(inherit(of(path))).toMatchObject({ env: { SSL_CERT_FILE: path }, extraVolumes: [] });
  });

  test("is on the shared claim also where the pod's mount has a slash behind its folder", () => {
    const volumeMounts = [{ name: "data", mountPath: "/paperclip/", subPath: "live/" }];
    expect(inherit({ ...of("/paperclip/ca.crt"), volumeMounts }).env).toEqual({ SSL_CERT_FILE: "/paperclip/ca.crt" });
  });

  test.each([
    ["in another image", { ...of("/etc/ssl/ca.crt"), sameImage: false }],
    ["on a claim that the run does not have", { ...of("/paperclip/ca.crt"), raw: { "dataClaim.subPath": "other" } }],
    ["in a volume of another kind", of("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")],
    ["in an object of another namespace", { ...of("/etc/ca/ca.crt"), isNear: false }],
    [
      "where the run mounts something else",
      { ...of("/etc/ca/ca.crt"), raw: { extraVolumes: [{ name: "a", mountPath: "/etc", source: { emptyDir: {} } }] } },
    ],
  ])("is left where the file is %s: TLS would fail with it", (_, given) => {
    expect(inherit(given).env).toEqual({});
    expect(inherit(given).notes.join()).toContain("SSL_CERT_FILE");
  });

  test("shares the volume with others that name files in it", () => {
    const env = ["SSL_CERT_FILE", "CURL_CA_BUNDLE"].map((name) => ({ name, value: "/etc/ca/ca.crt" }));
    const { extraVolumes, ...inherited } = inherit({ env, server: {} });
    expect(Object.keys(inherited.env).toSorted()).toEqual(["CURL_CA_BUNDLE", "SSL_CERT_FILE"]);
    expect(extraVolumes).toHaveLength(1);
  });
});
