import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { RunInput } from "./run-input.ts";
import { claimName, secretName } from "./names.ts";
import * as paths from "./paths.ts";
import { PROMPT_KEY } from "./secret-keys.ts";

/** A volume and the place where the container sees it. */
interface Mounted {
  volume: V1Volume;
  mount: V1VolumeMount;
}

/**
 * Everything writable that the container has. The sizes bound what a run can fill on its node (the kubelet evicts the
 * pod past them): a workspace with a build in it, caches of package managers, OpenCode's events and its database.
 */
export function runVolumes(input: RunInput): { volumes: V1Volume[]; volumeMounts: V1VolumeMount[] } {
  const all = [
    scratch("workspace", paths.workingDirectory(input.workingDir), "20Gi"),
    scratch("home", paths.HOME, "10Gi"),
    scratch("tmp", paths.TMPDIR, "10Gi"),
    scratch("run", paths.RUN_DIR, "2Gi"),
    prompt(secretName(input)),
    input.database.mode === "ephemeral"
      ? scratch("database", paths.DATA_DIR, "2Gi")
      : claimed("database", paths.DATA_DIR, claimName(input.agentId)),
  ];
  return { volumes: all.map(({ volume }) => volume), volumeMounts: all.map(({ mount }) => mount) };
}

function scratch(name: string, mountPath: string, sizeLimit: string): Mounted {
  return { volume: { name, emptyDir: { sizeLimit } }, mount: { name, mountPath } };
}

function claimed(name: string, mountPath: string, claim: string): Mounted {
  return { volume: { name, persistentVolumeClaim: { claimName: claim } }, mount: { name, mountPath } };
}

function prompt(secret: string): Mounted {
  return {
    // Readable by the group that fsGroup gives it; the rest of the Secret is not mounted.
    volume: {
      name: "input",
      secret: { secretName: secret, defaultMode: 0o440, items: [{ key: PROMPT_KEY, path: "prompt" }] },
    },
    mount: { name: "input", mountPath: paths.INPUT_DIR, readOnly: true },
  };
}
