import type { RunDatabase } from "../input/database.ts";
import { ManifestError } from "../values/manifest-error.ts";

/** What is asked for, and what is there. */
export interface DatabaseChoice {
  /** Undefined: nobody has asked for one; the best that is there. */
  mode?: RunDatabase["mode"];
  /** The agent has a claim of its own, called `claimName(agentId)`. */
  existingClaim: boolean;
  /** Paperclip's shared claim is mounted, and can be written. */
  sharedClaim: boolean;
  taskId?: string;
  /** Of a claim that has to be made. */
  storageClass?: string;
  /** Of a claim that has to be made: a Kubernetes quantity. */
  capacity: string;
}

/** A database, and what whoever reads the run should know of the choice. */
export interface ChosenDatabase {
  database: RunDatabase;
  note?: string;
}

/**
 * Where OpenCode keeps the sessions of a run. What was asked for is done or refused. Otherwise a claim of the agent's own
 * wins, because its sessions are on it; then the shared claim; then a claim of a StorageClass that is named.
 * @throws {ManifestError} for a mode that cannot be: `dedicated_pvc` without a claim or a class to make one of,
 *   `workspace_subpath` without a shared claim.
 */
export function chooseDatabase(choice: DatabaseChoice): ChosenDatabase {
  if (choice.mode === undefined) return byDefault(choice);
  if (choice.mode === "dedicated_pvc") return { database: dedicated(choice) };
  if (choice.mode === "workspace_subpath") return onSharedClaim(choice);
  return { database: { mode: choice.mode } };
}

function byDefault(choice: DatabaseChoice): ChosenDatabase {
  if (choice.existingClaim) {
    const note = "OpenCode's sessions stay on the claim that the agent has; ask for another database mode to leave it";
    return { database: dedicated(choice), ...(choice.sharedClaim ? { note } : {}) };
  }
  if (choice.sharedClaim) return onSharedClaim(choice);
  if (choice.storageClass !== undefined) return { database: dedicated(choice) };
  const note =
    "OpenCode's sessions end with the run: there is no shared claim, and no StorageClass for one of the agent's";
  return { database: { mode: "ephemeral" }, note };
}

function onSharedClaim({ sharedClaim, taskId }: DatabaseChoice): ChosenDatabase {
  if (!sharedClaim) {
    const problem = "is workspace_subpath, and no shared claim is mounted that can be written";
    throw new ManifestError("database.mode", problem, "give the name of the shared claim, or choose another mode");
  }
  if (taskId) return { database: { mode: "workspace_subpath" } };
  const note = "OpenCode's session ends with the run: it belongs to no task";
  return { database: { mode: "ephemeral" }, note };
}

function dedicated({ existingClaim, storageClass, capacity }: DatabaseChoice): RunDatabase {
  if (!existingClaim && storageClass === undefined) {
    const remedy = "name a StorageClass whose volumes SQLite is safe on, or create the claim";
    throw new ManifestError("database.storageClass", "is missing, and the agent has no claim yet", remedy);
  }
  return { mode: "dedicated_pvc", capacity, ...(storageClass === undefined ? {} : { storageClass }) };
}
