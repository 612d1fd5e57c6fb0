import { describe, expect, test } from "vitest";
import { type DatabaseVolume, sqliteConcern } from "./sqlite-safety.ts";

function levelOf(volume: Partial<DatabaseVolume>): string | undefined {
  return sqliteConcern({ accessModes: ["ReadWriteOnce"], ...volume })?.level;
}

describe("a StorageClass of", () => {
  test.each([
    ["ebs.csi.aws.com", undefined],
    ["pd.csi.storage.gke.io", undefined],
    ["disk.csi.azure.com", undefined],
    ["rbd.csi.ceph.com", undefined],
    ["rook-ceph.rbd.csi.ceph.com", undefined],
    ["csi.vsphere.vmware.com", undefined],
    ["driver.longhorn.io", undefined],
    ["rancher.io/local-path", undefined],
    ["kubernetes.io/no-provisioner", undefined],
    ["diskplugin.csi.alibabacloud.com", undefined],
    ["nfs.csi.k8s.io", "care"],
    ["cluster.local/nfs-subdir-external-provisioner", "care"],
    ["k8s-sigs.io/nfs-subdir-external-provisioner", "care"],
    ["fuseim.pri/ifs", "care"],
    ["efs.csi.aws.com", "care"],
    ["fsx.csi.aws.com", "care"],
    ["filestore.csi.storage.gke.io", "care"],
    ["nasplugin.csi.alibabacloud.com", "care"],
    ["cephfs.csi.ceph.com", "care"],
    ["openshift-storage.cephfs.csi.ceph.com", "care"],
    ["kubernetes.io/glusterfs", "care"],
    ["file.csi.azure.com", "unsafe"],
    ["kubernetes.io/azure-file", "unsafe"],
    ["smb.csi.k8s.io", "unsafe"],
    ["s3.csi.aws.com", "unsafe"],
    ["ru.yandex.s3.csi", "unsafe"],
    ["gcsfuse.csi.storage.gke.io", "unsafe"],
    ["blob.csi.azure.com", "unsafe"],
    ["ossplugin.csi.alibabacloud.com", "unsafe"],
  ])("%s: %s", (provisioner, level) => {
    expect(levelOf({ storageClass: { provisioner } })).toBe(level);
    expect(levelOf({ spec: { csi: { driver: provisioner, volumeHandle: "v" } } })).toBe(level);
  });
});

describe("a volume", () => {
  test.each<[string, Partial<DatabaseVolume>, string | undefined]>([
    ["of NFS without a driver", { spec: { nfs: { server: "s", path: "/" } } }, "care"],
    ["of Azure Files without a driver", { spec: { azureFile: { secretName: "s", shareName: "s" } } }, "unsafe"],
    [
      "of Azure Files by NFS",
      { storageClass: { provisioner: "file.csi.azure.com", parameters: { protocol: "nfs" } } },
      "care",
    ],
    ["mounted without locks", { storageClass: { provisioner: "nfs.csi.k8s.io", mountOptions: ["nolock"] } }, "unsafe"],
    ["of NFS 3", { spec: { nfs: { server: "s", path: "/" }, mountOptions: ["hard", "nfsvers=3"] } }, "unsafe"],
    ["of NFS 4.1", { spec: { nfs: { server: "s", path: "/" }, mountOptions: ["nfsvers=4.1"] } }, "care"],
    [
      "of disks that several nodes may have",
      { accessModes: ["ReadWriteMany"], storageClass: { provisioner: "driver.longhorn.io" } },
      "care",
    ],
    ["that several nodes may have, and nothing else known", { accessModes: ["ReadWriteMany"] }, "care"],
    ["that nothing is known of", {}, undefined],
  ])("%s", (_, volume, level) => {
    expect(levelOf(volume)).toBe(level);
  });

  test("is called by what it is, and by its driver", () => {
    expect(sqliteConcern({ accessModes: [], storageClass: { provisioner: "smb.csi.k8s.io" } })?.message).toMatch(
      /^it is an SMB share, .* \(smb\.csi\.k8s\.io\)$/,
    );
  });
});
