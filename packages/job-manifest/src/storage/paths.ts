import { posix } from "node:path";
import { ManifestError } from "../values/manifest-error.ts";
import { byteLength, deliverable } from "../values/text.ts";

/** Writable folder of the run: its state and caches, and the agent's home unless that is the shared claim. */
export const HOME = "/home/agent";
/** Temporary files of the agent and its tools. */
export const TMPDIR = "/tmp";
/** What the program in the pod needs for itself: events, stderr. */
export const RUN_DIR = "/run/opencode-k8s";
/** The files of the run's Secrets. */
export const INPUT_DIR = "/run/opencode-k8s-input";
/**
 * OpenCode's data. The database lies at the top of it and not in `opencode/`, because the claims of the adapter's
 * predecessor have it there, and their sessions are to be found.
 */
export const DATA_DIR = "/opencode-db";
/** Where the agent finds the socket of its Docker daemon. */
export const DOCKER_DIR = "/run/opencode-k8s-docker";
/** Kubernetes reads the container's last words from here. */
export const TERMINATION_LOG = "/dev/termination-log";

/** Linux's limit for a name of a path, and half of the one for a path: the runtime puts its own folders before it. Bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2048;

const TAKEN = [HOME, TMPDIR, RUN_DIR, INPUT_DIR, DATA_DIR, DOCKER_DIR, "/dev", "/proc", "/sys"];

/**
 * Returns the path if the run can work there.
 * @throws {ManifestError} as {@link mountPath}.
 */
export function workingDirectory(path: string): string {
  return mountPath("workingDir", path);
}

/**
 * Returns the path if a volume can be mounted there.
 * @throws {ManifestError} for a relative path, one that Kubernetes refuses, and one that hides a folder of ours.
 */
export function mountPath(field: string, path: string): string {
  deliverable(field, path);
  const given = `is ${JSON.stringify(path.slice(0, 200))}`;
  // Kubernetes refuses a colon in a mount path; a backward step would make the checks below worthless.
  if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.includes(":") || path.endsWith("/")) {
    throw new ManifestError(field, given, "give an absolute path without `..`, `:`, doubled or closing slashes");
  }
  fitsNode(field, path);
  const clash = TAKEN.find((taken) => path === taken || path.startsWith(`${taken}/`) || taken.startsWith(`${path}/`));
  if (clash !== undefined) throw new ManifestError(field, given, `choose a folder apart from ${clash}`);
  return path;
}

/** @throws {ManifestError} for what no file system has: the container runtime hangs at it (containerd 1.6, measured). */
export function fitsNode(field: string, path: string): void {
  const longest = Math.max(...path.split("/").map(byteLength));
  if (longest <= MAX_NAME_BYTES && byteLength(path) <= MAX_PATH_BYTES) return;
  const had = `has ${byteLength(path)} bytes, and a name of ${longest}`;
  throw new ManifestError(field, had, `give at most ${MAX_PATH_BYTES}, and ${MAX_NAME_BYTES} for a name`);
}
