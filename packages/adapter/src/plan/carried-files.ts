import { FILES_DIR, type RunFile } from "@opencode-k8s/job-manifest";

/** A skill: a folder with a `SKILL.md` and what it refers to. */
export type Skill =
  /** Its files go with the run; their paths are relative to the skill's folder. */
  | { readonly kind: "carried"; readonly name: string; readonly files: readonly RunFile[] }
  /** It lies in this absolute folder of a volume that the pod mounts. */
  | { readonly kind: "mounted"; readonly folder: string };

/** A text that every conversation begins with. */
export type Instructions =
  | { readonly kind: "carried"; readonly name: string; readonly content: string | Uint8Array }
  | { readonly kind: "mounted"; readonly path: string };

/** Files that go with a run, and where OpenCode is told to look for them and for those that need not. */
export interface CarriedFiles {
  readonly files: readonly RunFile[];
  readonly skillFolders: readonly string[];
  readonly instructions: readonly string[];
}

/**
 * Skills and instructions as files of the run. Names become plain names of files, different names different ones; what a
 * skill's own paths must be, the manifest says. Nothing is read.
 */
export function carriedFiles(skills: readonly Skill[], instructions: readonly Instructions[]): CarriedFiles {
  const files: RunFile[] = [];
  const folderNames = new Names();
  const textNames = new Names();
  const skillFolders = new Set<string>();
  for (const skill of skills) {
    if (skill.kind === "mounted") {
      skillFolders.add(skill.folder);
      continue;
    }
    const folder = `skills/${folderNames.plain(skill.name)}`;
    for (const file of skill.files) files.push({ ...file, path: `${folder}/${file.path}` });
    skillFolders.add(`${FILES_DIR}/skills`);
  }
  const paths = instructions.map((each) => {
    if (each.kind === "mounted") return each.path;
    const path = `instructions/${textNames.plain(each.name)}`;
    files.push({ path, content: each.content });
    return `${FILES_DIR}/${path}`;
  });
  return { files, skillFolders: [...skillFolders], instructions: paths };
}

/** Bytes; well below what a file system takes, so that a number fits behind it. */
const MAX_NAME = 100;

/** Names of files, each given once. */
class Names {
  readonly #taken = new Set<string>();

  /** The name with nothing in it but letters, digits, `.`, `_` and `-`, and a number behind it where that is taken. */
  plain(name: string): string {
    const base =
      name
        .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
        .replace(/^\.+/, "")
        .slice(0, MAX_NAME) || "unnamed";
    let plain = base;
    for (let count = 2; this.#taken.has(plain); count++) plain = `${count}-${base}`;
    this.#taken.add(plain);
    return plain;
  }
}
