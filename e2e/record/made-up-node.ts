import { keepReady, madeUpNode, NODES } from "../world/made-up-node.ts";
import type { Recording } from "./recording.ts";

export interface MadeUpNode {
  readonly name: string;
  readonly path: string;
}

/** Makes a Node that looks ready until the node controller misses its heartbeats. Removed with the recording. */
export async function makeUpNode(on: Recording): Promise<MadeUpNode> {
  const name = `node-of-${on.namespace}`;
  await on.create(NODES, madeUpNode(name));
  return { name, path: `${NODES}/${name}` };
}

/**
 * A made-up Node that goes on looking ready until the recording ends. Where all nodes are silent, the node controller takes
 * itself for the one that is cut off, and removes no pod (measured with one node on 1.35).
 */
export async function companionNode(on: Recording): Promise<void> {
  const { path } = await makeUpNode(on);
  const ready = keepReady(on.cluster, path);
  on.defer(async () => ready[Symbol.asyncDispose]());
}
