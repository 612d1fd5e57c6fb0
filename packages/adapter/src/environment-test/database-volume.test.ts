import { expect, test } from "vitest";
import { answeringCluster } from "../../test/answering-cluster.ts";
import { readRunConfig } from "../config/index.ts";
import { databaseVolumeFindings } from "./database-volume.ts";
import { toCheck } from "./finding.ts";
import { Look } from "./look.ts";

const CLASS = "/apis/storage.k8s.io/v1/storageclasses/fast";
const CLAIM = "/api/v1/namespaces/agents/persistentvolumeclaims/shared";
const VOLUME = "/api/v1/persistentvolumes/pv-1";

const REQUIRED = {
  model: "stub/m",
  namespace: "agents",
  image: "opencode:1",
  paperclipApiUrl: "http://paperclip:3100",
};
const SHARED = { "dataClaim.claimName": "shared", "dataClaim.mountPath": "/paperclip" };

/** The claim, bound unless it is said otherwise. */
const claim = (spec: object = {}, status: object = { phase: "Bound" }): object => ({
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", volumeName: "pv-1", ...spec },
  status,
});

/** Codes and messages, on a cluster that has these objects, or refuses them with a status. */
async function checks(config: Record<string, unknown>, objects: Record<string, object | number>): Promise<string[]> {
  const look = new Look(answeringCluster(objects).cluster, AbortSignal.timeout(10_000));
  const found = await databaseVolumeFindings({ config: readRunConfig({ ...REQUIRED, ...config }, "company-1"), look });
  return found.map(toCheck).map(({ code, level, message, hint }) => [level, code, message, hint].join(" | "));
}

test.each<[string, Record<string, unknown>, Record<string, object | number>]>([
  ["sessions that end with the run", { ...SHARED, agentDbMode: "ephemeral" }, {}],
  ["no place for sessions", {}, {}],
  ["a claim that is not there, which is told elsewhere", SHARED, {}],
  ["a claim that it may not see, which is told elsewhere", SHARED, { [CLAIM]: 403 }],
  ["a class of disks", { agentDbStorageClass: "fast" }, { [CLASS]: { provisioner: "ebs.csi.aws.com" } }],
  ["a claim of a disk", SHARED, { [CLAIM]: claim(), [VOLUME]: { spec: { csi: { driver: "ebs.csi.aws.com" } } } }],
  [
    "a claim that waits for its first pod",
    SHARED,
    { [CLAIM]: claim({ volumeName: "" }, { phase: "Pending" }), [CLASS]: { provisioner: "ebs.csi.aws.com" } },
  ],
])("nothing is said of %s", async (_, config, objects) => {
  expect(await checks(config, objects)).toEqual([]);
});

test.each<[string, Record<string, unknown>, Record<string, object | number>, RegExp]>([
  [
    "a class of SMB shares",
    { agentDbMode: "dedicated_pvc", agentDbStorageClass: "fast", ...SHARED },
    { [CLASS]: { provisioner: "smb.csi.k8s.io" } },
    /^warn \| database_volume_unsafe \| .* StorageClass fast, and it is an SMB share/,
  ],
  [
    "no such class",
    { agentDbStorageClass: "fast" },
    {},
    /^error \| database_class_missing \| There is no StorageClass fast/,
  ],
  [
    "a class that it may not see",
    { agentDbStorageClass: "fast" },
    { [CLASS]: 403 },
    /^info \| database_volume_unknown \| .*\[storage\.k8s\.io\], resources: \[storageclasses\], verbs: \[get\]/,
  ],
  [
    "a volume of NFS",
    SHARED,
    { [CLAIM]: claim(), [VOLUME]: { spec: { nfs: { server: "s", path: "/" } } } },
    /^warn \| database_volume_shared \| .* the claim shared, and it is a file system of the network/,
  ],
  [
    "a class of NFS, where the volume may not be seen",
    SHARED,
    { [CLAIM]: claim(), [VOLUME]: 403, [CLASS]: { provisioner: "nfs.csi.k8s.io" } },
    /^warn \| database_volume_shared/,
  ],
  [
    "neither volume nor class",
    SHARED,
    { [CLAIM]: claim(), [VOLUME]: 403, [CLASS]: 403 },
    /^info \| database_volume_unknown \| .*Add to a ClusterRole .*resources: \[storageclasses\], verbs: \[get\]/,
  ],
  [
    "agents with claims of their own, and no class for new ones",
    { agentDbMode: "dedicated_pvc" },
    {},
    /^warn \| database_class_missing \| .*has no claim yet cannot run/,
  ],
])("it says what it sees: %s", async (_, config, objects, said) => {
  expect(await checks(config, objects)).toEqual([expect.stringMatching(said)]);
});

test("what several nodes may have is said, and what is not known besides", async () => {
  const objects = { [CLAIM]: claim({ accessModes: ["ReadWriteMany"] }), [VOLUME]: 403, [CLASS]: 403 };
  expect(await checks(SHARED, objects)).toEqual([
    expect.stringMatching(/^warn \| database_volume_shared \| .*its access mode is ReadWriteMany/),
    expect.stringMatching(/^info \| database_volume_unknown/),
  ]);
});
