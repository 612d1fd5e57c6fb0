import { expect, test } from "vitest";
import { answeringCluster, type Refusal } from "../../../test/answering-cluster.ts";
import { readRunConfig } from "../../config/index.ts";
import { toCheck } from "../finding.ts";
import { Look } from "../look.ts";
import { claimFindings } from "./claim-findings.ts";

const LEAST = { model: "stub/m", namespace: "agents", image: "opencode:1" };
const SHARED = { "dataClaim.claimName": "data" };
const CLAIM = "/api/v1/namespaces/agents/persistentvolumeclaims/data";

const bound = (accessMode: string): object => ({
  spec: { accessModes: [accessMode] },
  status: { phase: "Bound", accessModes: [accessMode] },
});

async function found(config: object, objects: Record<string, object | Refusal>): Promise<string[]> {
  const { cluster, asked } = answeringCluster(objects);
  const look = new Look(cluster, AbortSignal.timeout(10_000));
  const findings = await claimFindings({ config: readRunConfig({ ...LEAST, ...config }, "company-1"), look });
  expect(new Set(asked).size).toBe(asked.length);
  return findings.map(toCheck).map(({ code, level, message, hint }) => [level, code, message, hint].join(" | "));
}

test("nothing is asked of a configuration without claims", async () => {
  expect(await found({ extraVolumes: [{ name: "x", mountPath: "/x", source: { emptyDir: {} } }] }, {})).toEqual([]);
});

test("a bound claim for many nodes is fine, whoever mounts it", async () => {
  const volume = { name: "more", mountPath: "/more", source: { persistentVolumeClaim: { claimName: "data" } } };
  expect(await found({ ...SHARED, extraVolumes: [volume] }, { [CLAIM]: bound("ReadWriteMany") })).toEqual([]);
});

test("a claim that is not there is named with the key that names it", async () => {
  const volume = { name: "more", mountPath: "/more", source: { persistentVolumeClaim: { claimName: "other" } } };
  expect(await found({ ...SHARED, extraVolumes: [volume] }, {})).toEqual([
    "error | k8s_claim_missing | The claim data (dataClaim.claimName) is not there in namespace agents. | Create it, or check dataClaim.claimName.",
    expect.stringContaining("The claim other (extraVolumes (more)) is not there"),
  ]);
});

test.each<[string, object, object | Refusal, RegExp]>([
  ["has lost its volume", SHARED, { status: { phase: "Lost" } }, /^error \| k8s_claim_unusable \| .*lost its volume/],
  [
    "is being deleted",
    SHARED,
    { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" }, ...bound("ReadWriteMany") },
    /^error \| k8s_claim_unusable \| .*being deleted/,
  ],
  [
    "waits for its volume",
    SHARED,
    { spec: { accessModes: ["ReadWriteMany"] }, status: { phase: "Pending" } },
    /^warn \| k8s_claim_unbound/,
  ],
  ["is for one node", SHARED, bound("ReadWriteOnce"), /^warn \| k8s_claim_one_node \| .*ReadWriteMany, or keep/],
  ["is for one pod", SHARED, bound("ReadWriteOncePod"), /^error \| k8s_claim_unusable/],
  [
    "may not be seen",
    SHARED,
    403,
    /^info \| k8s_claim_unknown \| .*resources: \[persistentvolumeclaims\], verbs: \[get\]/,
  ],
])("a claim that %s is told", async (_, config, claim, said) => {
  expect(await found(config, { [CLAIM]: claim })).toEqual([expect.stringMatching(said)]);
});

test("agents that are kept on one node may share a disk of it", async () => {
  const config = { ...SHARED, nodeSelector: "kubernetes.io/hostname=node1" };
  expect(await found(config, { [CLAIM]: bound("ReadWriteOnce") })).toEqual([]);
});
