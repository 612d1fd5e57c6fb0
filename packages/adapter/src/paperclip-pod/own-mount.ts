import type { RunConfig } from "../config/index.ts";
import type { OwnPod } from "./own-pod.ts";
import { paperclipContainer } from "./paperclip-container.ts";

/** Where this process has the claim that runs share. */
export interface OwnMount {
  readonly mountPath: string;
  /** From there to what runs have of the claim. */
  readonly folders: readonly string[];
}

type SharedClaim = Pick<
  RunConfig,
  "namespace" | "dataClaim.claimName" | "dataClaim.mountPath" | "dataClaim.subPath" | "dataClaim.readOnly"
>;

/** `null` where this process does not have the claim of such runs, or they cannot write to it. */
export function ownMount(own: OwnPod, config: SharedClaim): OwnMount | null {
  const claimName = config["dataClaim.claimName"];
  if (own.kind !== "found" || claimName === undefined || config["dataClaim.readOnly"]) return null;
  const { metadata, spec } = own.pod;
  if (metadata?.namespace !== config.namespace) return null;
  const isOfClaim = (volume: string): boolean =>
    spec?.volumes?.find(({ name }) => name === volume)?.persistentVolumeClaim?.claimName === claimName;
  const wanted = foldersOf(config["dataClaim.subPath"]);
  const { volumeMounts = [] } = paperclipContainer(own.pod, config["dataClaim.mountPath"]);
  for (const { name, mountPath, subPath, subPathExpr } of volumeMounts) {
    const mounted = foldersOf(subPath);
    const isAbove = mounted.every((folder, at) => folder === wanted[at]);
    // A path of an expression has the names of the pod in it.
    if (isOfClaim(name) && !subPathExpr && isAbove) return { mountPath, folders: wanted.slice(mounted.length) };
  }
  return null;
}

function foldersOf(path: string = ""): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
