import type { RunInput } from "../input/run-input.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { labelValue } from "../names.ts";
import { required } from "../values/text.ts";
import { OWN_FOLDER, sharedFolder } from "./home.ts";

/**
 * Folders from the top of the shared claim to those of the agents: beside the folders of companies, whose names are values of
 * labels, and begin with no dot.
 */
export const COPIES_FOLDERS: readonly string[] = [OWN_FOLDER, ".runs"];

/** Files in the folder of a run, by what they hold; `part` is that of a program that was killed. */
export const COPY_FILES = { events: "events.jsonl", part: "events.part", stderr: "stderr" } as const;

/** Folders from the top of the shared claim to a run's copy, by its ids or their labels: safe names, whatever these are. */
export function copyFolders({ agentId, runId }: { agentId: string; runId: string }): string[] {
  const folders = Object.entries({ agentId, runId }).map(([field, id]) => labelValue(required(field, id)));
  return [...COPIES_FOLDERS, ...folders];
}

/** Where a run leaves its output on the shared claim: a folder of its own, in one for the agent. */
export interface OutputCopy {
  folder: string;
  /** How many of the agent's there may be. */
  kept: number;
}

/** @throws {ManifestError} unless it is a whole number from 1 to 1000, and there is a claim to write to. */
export function outputCopy(input: RunInput): OutputCopy | undefined {
  const { keptOutputs: kept } = input;
  if (kept === undefined) return undefined;
  if (!Number.isSafeInteger(kept) || kept < 1 || kept > 1000)
    throw new ManifestError("keptOutputs", `is ${kept}`, "give a whole number from 1 to 1000, or none");
  const shared = sharedFolder(input);
  if (shared === undefined)
    throw new ManifestError("keptOutputs", "has no shared claim to write to", "give dataClaim, not read-only, or none");
  return { folder: [shared, ...copyFolders(input)].join("/"), kept };
}
