import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PathMapping } from "./rewrite-paths.ts";
import type { ContainerMount } from "./runtime.ts";

/** Directories of the machine that stand for volumes. */
export interface LocalVolumes {
  /** The emptyDirs of one pod, by name. */
  emptyDirs: string;
  /** The files of one container's Secrets. */
  secrets: string;
  /** The claims of the pod's namespace, shared by name. They stay. */
  claims: string;
}

/** Makes a directory of each mount, and says which path of the container it is. `readOnly` is not enforced. */
export function prepareMounts(mounts: readonly ContainerMount[], volumes: LocalVolumes): Promise<PathMapping[]> {
  return Promise.all(
    mounts.map(async (mount, index) => {
      const volume = await prepareVolume(mount, index, volumes);
      const onHost = join(volume, mount.subPath ?? "");
      // A subPath of a Secret names one of its files; elsewhere it is a folder, which the kubelet makes.
      if (mount.source.kind !== "secret") await mkdir(onHost, { recursive: true });
      return { inContainer: mount.mountPath, onHost };
    }),
  );
}

/** The directory of the whole volume behind a mount. */
async function prepareVolume({ source }: ContainerMount, index: number, volumes: LocalVolumes): Promise<string> {
  switch (source.kind) {
    case "emptyDir":
      return join(volumes.emptyDirs, source.name);
    case "claim":
      return join(volumes.claims, source.claimName);
    case "secret": {
      const volume = join(volumes.secrets, String(index));
      await mkdir(volume, { recursive: true });
      for (const [path, bytes] of Object.entries(source.files)) {
        await mkdir(dirname(join(volume, path)), { recursive: true });
        await writeFile(join(volume, path), bytes, { mode: source.modes[path] ?? 0o644 });
      }
      return volume;
    }
  }
}
