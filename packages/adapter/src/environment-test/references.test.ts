import { expect, test } from "vitest";
import { answeringCluster, type Refusal } from "../../test/answering-cluster.ts";
import { readRunConfig } from "../config/index.ts";
import { toCheck } from "./finding.ts";
import { Look } from "./look.ts";
import { referenceFindings } from "./references.ts";

const SECRETS = "/api/v1/namespaces/agents/secrets";
const CONFIG_MAPS = "/api/v1/namespaces/agents/configmaps";

async function found(config: object, objects: Record<string, object | Refusal>): Promise<string[]> {
  const { cluster, asked } = answeringCluster(objects);
  const look = new Look(cluster, AbortSignal.timeout(10_000));
  const read = readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, "company-1");
  const findings = await referenceFindings({ config: read, look });
  expect(new Set(asked).size).toBe(asked.length);
  return findings.map(toCheck).map(({ code, level, message, hint }) => [level, code, message, hint].join(" | "));
}

const ALL = {
  imagePullSecrets: "registry",
  envValueFrom: {
    TOKEN: { secretKeyRef: { name: "tokens", key: "git" } },
    REGION: { configMapKeyRef: { name: "region", key: "name" } },
    NODE: { fieldRef: { fieldPath: "spec.nodeName" } },
  },
  envFrom: [{ secretRef: { name: "more" } }, { configMapRef: { name: "maybe", optional: true } }],
  extraVolumes: [
    { name: "ca", mountPath: "/ca", source: { configMap: { name: "ca" } } },
    { name: "keys", mountPath: "/keys", source: { secret: { secretName: "tokens" } } },
    { name: "both", mountPath: "/both", source: { projected: { sources: [{ secret: { name: "more" } }] } } },
  ],
};

test("nothing is asked where nothing is referred to", async () => {
  expect(await found({}, {})).toEqual([]);
});

test("what is there is fine, and each object is asked for once", async () => {
  const objects = {
    [`${SECRETS}/registry`]: {},
    [`${SECRETS}/tokens`]: { data: { git: "" } },
    [`${SECRETS}/more`]: {},
    [`${CONFIG_MAPS}/region`]: { data: { name: "eu" } },
    [`${CONFIG_MAPS}/ca`]: { binaryData: {} },
  };
  expect(await found(ALL, objects)).toEqual([]);
});

test("what is missing is named with what names it; of the optional nothing is said, and without a pull secret a run may start", async () => {
  const objects = { [`${SECRETS}/tokens`]: { data: { other: "" } }, [`${SECRETS}/more`]: {} };
  expect(await found(ALL, objects)).toEqual([
    expect.stringMatching(/^warn \| .*The Secret registry is not there in namespace agents: imagePullSecrets/),
    expect.stringMatching(/^error \| .*The Secret tokens has no key git: envValueFrom\.TOKEN/),
    expect.stringMatching(/^error \| .*The ConfigMap region is not there in namespace agents: envValueFrom\.REGION/),
    expect.stringMatching(/^error \| .*The ConfigMap ca is not there in namespace agents: extraVolumes \(ca\)/),
  ]);
});

test("without the right to read it nothing fails: a note names the rule", async () => {
  const objects = { [`${SECRETS}/a`]: 403, [`${SECRETS}/b`]: 403 };
  const config = { imagePullSecrets: "a", envFrom: [{ secretRef: { name: "b" } }] };
  expect(await found(config, objects)).toEqual([
    expect.stringMatching(
      /^info \| k8s_reference_unknown \| Whether the Secrets a, b are there .*Add to its Role: - \{ apiGroups: \[""\], resources: \[secrets\], verbs: \[get\] \}$/,
    ),
  ]);
});
