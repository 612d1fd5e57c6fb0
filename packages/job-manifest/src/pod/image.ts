import type { RunInput } from "../input/run-input.ts";
import { oneOf, refused } from "../values/kubernetes-names.ts";
import { required } from "../values/text.ts";

/**
 * Returns the name if it can be one of an image; the registry knows whether it is.
 * @throws {ManifestError} naming the field.
 */
export function imageName(field: string, name: string): string {
  if (/^[!-~]+$/.test(required(field, name))) return name;
  throw refused(field, name, "give the name of a container image");
}

/** @throws {ManifestError} */
export function pullPolicy(policy: RunInput["imagePullPolicy"]): RunInput["imagePullPolicy"] {
  return oneOf("imagePullPolicy", policy, ["IfNotPresent", "Always", "Never"]);
}
