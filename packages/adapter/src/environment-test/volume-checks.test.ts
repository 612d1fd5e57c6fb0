import { Cluster } from "@opencode-k8s/k8s-kit";
import { expect, test } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { databaseVolumeChecks } from "./volume-checks.ts";

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
  const call = (url: string | URL | Request): Promise<Response> => {
    const found = objects[new URL(url instanceof Request ? url.url : url).pathname] ?? 404;
    const [status, body] = typeof found === "number" ? [found, { kind: "Status", code: found }] : [200, found];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  const headers = (): Promise<Record<string, string>> => Promise.resolve({});
  const transport = { call, stream: call, headers, close: (): Promise<void> => Promise.resolve() };
  const cluster = new Cluster({ server: "https://api", transport });
  const found = await databaseVolumeChecks(
    cluster,
    readRunConfig({ ...REQUIRED, ...config }, "company-1"),
    AbortSignal.timeout(10_000),
  );
  return found.map(({ code, level, message, hint }) => [level, code, message, hint].join(" | "));
}

test.each<[string, Record<string, unknown>, Record<string, object | number>]>([
  ["sessions that end with the run", { ...SHARED, agentDbMode: "ephemeral" }, {}],
  ["no place for sessions", {}, {}],
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
    /^error \| database_volume_missing \| There is no StorageClass fast/,
  ],
  [
    "a class that it may not see",
    { agentDbStorageClass: "fast" },
    { [CLASS]: 403 },
    /^info \| database_volume_unknown \| .*"get" on storageclasses would tell/,
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
    /^info \| database_volume_unknown \| .*"get" on persistentvolumes and storageclasses would tell/,
  ],
  ["a claim that it may not see", SHARED, { [CLAIM]: 403 }, /^info \| .*"get" on persistentvolumeclaims would tell/],
  ["no such claim", SHARED, {}, /^error \| .*There is no claim shared in namespace agents/],
  ["a claim whose volume is gone", SHARED, { [CLAIM]: claim({}, { phase: "Lost" }) }, /^error \| .* is gone/],
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
