import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { RunInput } from "./run-input.ts";
import type { PlannedSecret } from "./secret-layout.ts";
import { isInside, type Mounted, userMounts } from "./mounts.ts";
import { claimName } from "./names.ts";
import * as paths from "./paths.ts";

/**
 * Everything writable that the container has. The sizes bound what a run can fill on its node (the kubelet evicts the
 * pod past them): a workspace with a build in it, caches of package managers, OpenCode's events and its database.
 */
export function runVolumes(
  input: RunInput,
  secrets: readonly PlannedSecret[],
): { volumes: V1Volume[]; volumeMounts: V1VolumeMount[] } {
  const all = [
    ...workspace(input),
    scratch("home", paths.HOME, "10Gi"),
    scratch("tmp", paths.TMPDIR, "10Gi"),
    scratch("run", paths.RUN_DIR, "2Gi"),
    inputFiles(secrets),
    input.database.mode === "ephemeral"
      ? scratch("database", paths.DATA_DIR, "2Gi")
      : claimed("database", paths.DATA_DIR, claimName(input.agentId)),
    ...userMounts(input),
  ];
  return { volumes: all.map(({ volume }) => volume), volumeMounts: all.map(({ mount }) => mount) };
}

/** An emptyDir, unless the run works on the shared claim. */
function workspace({ workingDir, dataClaim }: RunInput): Mounted[] {
  if (isInside(workingDir, dataClaim?.mountPath)) return [];
  return [scratch("workspace", paths.workingDirectory(workingDir), "20Gi")];
}

function scratch(name: string, mountPath: string, sizeLimit: string): Mounted {
  return { volume: { name, emptyDir: { sizeLimit } }, mount: { name, mountPath } };
}

function claimed(name: string, mountPath: string, claim: string): Mounted {
  return { volume: { name, persistentVolumeClaim: { claimName: claim } }, mount: { name, mountPath } };
}

/** The files of all the run's Secrets in one directory. What is only a variable is not mounted. */
function inputFiles(secrets: readonly PlannedSecret[]): Mounted {
  const sources = secrets
    .map(({ name, files }) => ({ name, items: Object.keys(files).map((key) => ({ key, path: key })) }))
    .filter(({ items }) => items.length > 0)
    .map((secret) => ({ secret }));
  return {
    // Readable by the group that fsGroup gives it.
    volume: { name: "input", projected: { defaultMode: 0o440, sources } },
    mount: { name: "input", mountPath: paths.INPUT_DIR, readOnly: true },
  };
}
