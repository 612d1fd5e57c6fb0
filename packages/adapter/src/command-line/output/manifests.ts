import { dump } from "js-yaml";
import type { Output } from "./terminal.ts";

/** A Kubernetes object, and what to say of it in front of it. */
export interface Manifest {
  readonly object: object;
  readonly comments?: readonly string[];
}

/** Writes objects as kubectl takes them: YAML documents, or one List of JSON. */
export function writeManifests(
  out: Output,
  manifests: readonly Manifest[],
  { json }: { readonly json: boolean },
): void {
  if (json) {
    const items = manifests.map(({ object }) => object);
    out.write(`${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`);
    return;
  }
  for (const { object, comments = [] } of manifests) {
    const lines = comments.map((comment) => `# ${comment}\n`).join("");
    out.write(`---\n${lines}${dump(object, { noRefs: true, lineWidth: -1 })}`);
  }
}
