import type { ScratchSizes } from "../input/scratch.ts";
import { quantity } from "../values/quantity.ts";

/** Room for a checkout with a build in it, caches of package managers, and OpenCode's events and database. */
const SIZES: Required<ScratchSizes> = { workspace: "20Gi", home: "10Gi", tmp: "10Gi", run: "2Gi", database: "2Gi" };

/** @throws {ManifestError} naming the directory whose size is no quantity. */
export function scratchSizes({ scratch = {} }: { scratch?: ScratchSizes }): Required<ScratchSizes> {
  const size = (name: keyof ScratchSizes): string => quantity(`scratch.${name}`, scratch[name] ?? SIZES[name]);
  return {
    workspace: size("workspace"),
    home: size("home"),
    tmp: size("tmp"),
    run: size("run"),
    database: size("database"),
  };
}
