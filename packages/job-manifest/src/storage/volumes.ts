import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import type { PlannedSecret } from "../secret/secret-layout.ts";
import { carriedItems } from "../secret/carried-files.ts";
import { isInside, type Mounted, userMounts } from "./mounts.ts";
import { claimName } from "../names.ts";
import * as paths from "./paths.ts";
import { scratchSizes } from "./scratch-sizes.ts";

/**
 * Everything that the container can write to, and its input. What goes with the pod has a size, which bounds what a run can
 * fill on its node: the kubelet evicts the pod past it. What outlives the pod is on claims, or the user's own.
 */
export function runVolumes(
  input: RunInput,
  secrets: readonly PlannedSecret[],
): { volumes: V1Volume[]; volumeMounts: V1VolumeMount[] } {
  const size = scratchSizes(input);
  const all = [
    ...workspace(input, size.workspace),
    scratch("home", paths.HOME, size.home),
    scratch("tmp", paths.TMPDIR, size.tmp),
    scratch("run", paths.RUN_DIR, size.run),
    inputFiles(input, secrets),
    ...database(input, size.database),
    ...userMounts(input),
  ];
  return { volumes: all.map(({ volume }) => volume), volumeMounts: all.map(({ mount }) => mount) };
}

/** An emptyDir, unless the run works on the shared claim. */
function workspace({ workingDir, dataClaim }: RunInput, size: string): Mounted[] {
  if (isInside(workingDir, dataClaim?.mountPath)) return [];
  return [scratch("workspace", paths.workingDirectory(workingDir), size)];
}

/** On the shared claim it has no volume of its own. */
function database({ database: { mode }, agentId }: RunInput, size: string): Mounted[] {
  if (mode === "workspace_subpath") return [];
  if (mode === "ephemeral") return [scratch("database", paths.DATA_DIR, size)];
  return [claimed("database", paths.DATA_DIR, claimName(agentId))];
}

function scratch(name: string, mountPath: string, sizeLimit: string): Mounted {
  return { volume: { name, emptyDir: { sizeLimit } }, mount: { name, mountPath } };
}

function claimed(name: string, mountPath: string, claim: string): Mounted {
  return { volume: { name, persistentVolumeClaim: { claimName: claim } }, mount: { name, mountPath } };
}

/** The files of all the run's Secrets in one directory. What is only a variable is not mounted. */
function inputFiles(input: RunInput, secrets: readonly PlannedSecret[]): Mounted {
  const carried = carriedItems(input);
  const sources = secrets
    .map(({ name, files }) => ({
      name,
      items: Object.keys(files).map((key) => carried.get(key) ?? { key, path: key }),
    }))
    .filter(({ items }) => items.length > 0)
    .map((secret) => ({ secret }));
  return {
    // Readable by the group that fsGroup gives it.
    volume: { name: "input", projected: { defaultMode: 0o440, sources } },
    mount: { name: "input", mountPath: paths.INPUT_DIR, readOnly: true },
  };
}
