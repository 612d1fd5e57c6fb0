import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { ExtraVolume, ExtraVolumeKind, Mount, RunStorage } from "../input/storage.ts";
import { dnsLabel, objectName, refused } from "../values/kubernetes-names.ts";
import * as paths from "./paths.ts";
import { isQuantity } from "../values/quantity.ts";
import { deliverable } from "../values/text.ts";

/** A volume and the place where the container sees it. */
export interface Mounted {
  volume: V1Volume;
  mount: V1VolumeMount;
}

/**
 * What a run mounts that is not made for it: the shared claim, and the user's own volumes.
 * @throws {ManifestError} naming the field: a kind of volume outside of Pod Security `restricted`, a name or a path that
 *   Kubernetes refuses, and a path on, in or around another one.
 */
export function userMounts({
  dataClaim,
  extraVolumes = [],
  workingDir,
}: RunStorage & { workingDir: string }): Mounted[] {
  const work = paths.workingDirectory(workingDir);
  const places: { field: string; path: string }[] = [];
  if (dataClaim) places.push({ field: "dataClaim.mountPath", path: dataClaim.mountPath });
  if (!isInside(work, dataClaim?.mountPath)) places.push({ field: "workingDir", path: work });
  const mounted = extraVolumes.map((extra, index) => {
    const field = `extraVolumes[${index}]`;
    places.push({ field: `${field}.mountPath`, path: extra.mountPath });
    return {
      volume: { name: extraName(`${field}.name`, extra, extraVolumes), ...extraSource(`${field}.source`, extra) },
      mount: mountOf(field, `extra-${extra.name}`, extra),
    };
  });
  apart(places);
  if (dataClaim) {
    const claimName = objectName("dataClaim.claimName", dataClaim.claimName);
    const volume: V1Volume = { name: "data", persistentVolumeClaim: { claimName } };
    mounted.unshift({ volume, mount: mountOf("dataClaim", "data", dataClaim) });
  }
  return mounted;
}

/** Does the path lie in the folder, or is it the folder? */
export function isInside(path: string, folder: string | undefined): boolean {
  return folder !== undefined && (path === folder || path.startsWith(`${folder}/`));
}

function mountOf(field: string, name: string, { mountPath, subPath, readOnly }: Mount): V1VolumeMount {
  return {
    name,
    mountPath: paths.mountPath(`${field}.mountPath`, mountPath),
    ...(subPath === undefined ? {} : { subPath: relative(`${field}.subPath`, subPath) }),
    ...(readOnly ? { readOnly } : {}),
  };
}

function relative(field: string, path: string): string {
  deliverable(field, path);
  paths.fitsNode(field, path);
  const parts = path.split("/");
  if (path !== "" && !parts.some((part) => part === "" || part === "." || part === "..")) return path;
  throw refused(field, path, "give a relative path without `.`, `..`, doubled or closing slashes");
}

function extraName(field: string, { name }: ExtraVolume, all: readonly ExtraVolume[]): string {
  if (all.filter((other) => other.name === name).length > 1)
    throw refused(field, name, "give each volume its own name");
  return dnsLabel(field, name) && dnsLabel(field, `extra-${name}`);
}

/** In the order of Kubernetes' documentation of the profile. */
const KINDS: readonly ExtraVolumeKind[] = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

function extraSource(field: string, { source }: ExtraVolume): ExtraVolume["source"] {
  const [kind, ...more] = Object.keys(source);
  if (kind === undefined || more.length > 0 || !KINDS.some((allowed) => allowed === kind))
    throw refused(field, Object.keys(source), `give one of the kinds that Pod Security allows: ${KINDS.join(", ")}`);
  const { configMap, secret, persistentVolumeClaim, emptyDir } = source;
  if (configMap) objectName(`${field}.configMap.name`, configMap.name ?? "");
  if (secret) objectName(`${field}.secret.secretName`, secret.secretName ?? "");
  if (persistentVolumeClaim) {
    const claim = `${field}.persistentVolumeClaim.claimName`;
    objectName(claim, persistentVolumeClaim.claimName);
  }
  const size = emptyDir?.sizeLimit;
  if (size !== undefined && !isQuantity(size))
    throw refused(`${field}.emptyDir.sizeLimit`, size, "give a Kubernetes quantity such as 1Gi");
  return source;
}

function apart(places: readonly { field: string; path: string }[]): void {
  for (const [index, { field, path }] of places.entries()) {
    const clash = places.slice(0, index).find((other) => isInside(path, other.path) || isInside(other.path, path));
    if (clash) throw refused(field, path, `choose a folder apart from ${clash.field}, ${clash.path}`);
  }
}
