import { execFileSync } from "node:child_process";

/** A user without privileges, as `child_process.spawn` wants it. */
export interface OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
}

const name = "paperclip-e2e";

const idOf = (flag: "-u" | "-g"): number =>
  Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));

function knownUser(): OrdinaryUser | undefined {
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    return undefined; // `id` exits with 1 for a user that does not exist
  }
}

/**
 * The user Paperclip runs as: PostgreSQL refuses to be started by root, so root makes a system user without a
 * shell or a home, once. Everyone else runs Paperclip as themselves: `undefined`.
 *
 * @throws when this is root and no user can be added.
 */
export function ordinaryUser(): OrdinaryUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = knownUser();
  if (known) return known;
  try {
    execFileSync("/usr/sbin/useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], {
      stdio: "pipe",
    });
  } catch (error) {
    const made = knownUser(); // another test file may have been faster
    if (made) return made;
    throw error;
  }
  return { uid: idOf("-u"), gid: idOf("-g") };
}
