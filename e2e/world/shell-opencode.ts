import { SHELL_IMAGE } from "./settings.ts";
import type { World } from "./world.ts";

/** Where the script lies that is `opencode` to a run. */
const BIN = "/script-bin";

/** Keys of the configuration with which a run has a shell script for its OpenCode. It goes with the world's namespace. */
export async function shellOpenCode(
  { parts: { admin, namespace } }: World,
  script: string,
): Promise<Readonly<Record<string, unknown>>> {
  const body = { metadata: { generateName: "opencode-" }, data: { opencode: `#!/bin/sh\n${script}` } };
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = await admin.request<{ metadata: { name: string } }>("POST", path, { body });
  const { name } = metadata;
  return {
    model: "demo/text",
    image: SHELL_IMAGE,
    "resources.requests.cpu": "5m",
    "resources.requests.memory": "16Mi",
    env: { PATH: `${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` },
    extraVolumes: [{ name: "bin", mountPath: BIN, source: { configMap: { name, defaultMode: 0o555 } } }],
  };
}
