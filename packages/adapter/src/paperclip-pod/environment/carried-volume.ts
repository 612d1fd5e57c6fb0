import { type ExtraVolume, ManifestError, mountPath } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../../config/index.ts";
import { isInside, withoutSlash } from "../../paths.ts";
import { WORKING_DIRECTORY } from "../../plan/index.ts";
import { folderOf } from "../pod-defaults.ts";
import type { EnvironmentSource } from "./container-variables.ts";

/** What makes a path of the Paperclip pod one of the run's pod, too. */
export type Carried =
  | { readonly kind: "there" }
  | { readonly kind: "volume"; readonly volume: Omit<ExtraVolume, "name"> }
  | { readonly kind: "impossible" };

const IMPOSSIBLE: Carried = { kind: "impossible" };
const THERE: Carried = { kind: "there" };

/**
 * How a run's pod gets a file of the Paperclip pod: it is on the shared claim, in the image, or in a ConfigMap or Secret that can
 * be mounted where it is there.
 * @param sameImage whether the run's image is Paperclip's
 */
export function carriedVolume(
  { container, volumes, isNear }: EnvironmentSource,
  config: RunConfig,
  path: string,
  sameImage: boolean,
): Carried {
  const mounts = container.volumeMounts?.filter((each) => isInside(path, withoutSlash(each.mountPath))) ?? [];
  const mount = mounts.toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (!mount) return sameImage ? THERE : IMPOSSIBLE;
  const volume = volumes.find(({ name }) => name === mount.name);
  const at = withoutSlash(mount.mountPath);
  const claim = volume?.persistentVolumeClaim?.claimName;
  if (claim !== undefined) {
    const isShared = config["dataClaim.claimName"] === claim && config["dataClaim.mountPath"] === at;
    return isShared && config["dataClaim.subPath"] === folderOf(mount) ? THERE : IMPOSSIBLE;
  }
  const { configMap, secret } = volume ?? {};
  const source = configMap ? { configMap } : secret ? { secret } : undefined;
  if (!source || !isNear || mount.subPathExpr || !isFree(at, config)) return IMPOSSIBLE;
  const subPath = folderOf(mount);
  return { kind: "volume", volume: { mountPath: at, ...(subPath && { subPath }), readOnly: true, source } };
}

function isFree(path: string, config: RunConfig): boolean {
  const claimed = config["dataClaim.claimName"] === undefined ? [] : [config["dataClaim.mountPath"]];
  const taken = [WORKING_DIRECTORY, ...claimed, ...(config.extraVolumes ?? []).map((volume) => volume.mountPath)];
  if (taken.some((other) => isInside(path, other) || isInside(other, path))) return false;
  try {
    mountPath("extraVolumes", path);
    return true;
  } catch (error) {
    if (error instanceof ManifestError) return false;
    throw error;
  }
}
