import { constants, type FileHandle, open, opendir, rmdir, unlink } from "node:fs/promises";

/**
 * A folder that is held open. What is done in it is done there, and nowhere else, whatever its path leads to by now: agents can
 * write on the shared claim, also links. Node has no `openat`; Linux has the same by `/proc/self/fd`.
 */
export class Folder implements AsyncDisposable {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws Error of `open`, such as ENOENT */
  static async open(path: string): Promise<Folder> {
    return new Folder(await open(path, constants.O_RDONLY | constants.O_DIRECTORY));
  }

  /** One that lies below, by the names of the folders on the way to it, or this one where there are none; else this one is closed. @throws Error of `open`: ENOENT; ENOTDIR for a link */
  async below(names: readonly string[]): Promise<Folder> {
    const [first, ...rest] = names;
    if (first === undefined) return this;
    try {
      return await (await this.enter(first)).below(rest);
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }

  /** @throws as {@link below} */
  async enter(name: string): Promise<Folder> {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    return new Folder(await open(this.#path(name), flags));
  }

  /** To be read. @throws Error of `open`: ENOENT; ELOOP for a link; one of our own for what is no file, or has other names, too */
  async file(name: string): Promise<FileHandle> {
    // A pipe that nobody writes to would be waited for.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const { dev } = await this.#handle.stat();
    const file = await open(this.#path(name), flags);
    try {
      const stat = await file.stat();
      if (stat.isFile() && stat.nlink === 1 && stat.dev === dev) return file;
      throw new Error(`${name} is no file of its own`);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** At most so many of the names in it, in no order. */
  async names(most: number): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of await opendir(this.#path("."))) if (names.push(name) >= most) break;
    return names;
  }

  /** When something was last put into it, or taken out, milliseconds since the epoch. */
  async changedAt(): Promise<number> {
    return (await this.#handle.stat()).mtimeMs;
  }

  /** The name of a file, or of a link, not what that leads to. One that is not there is no error. */
  async remove(name: string): Promise<void> {
    await unlink(this.#path(name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  /** @throws Error of `rmdir`, such as ENOTEMPTY */
  async removeFolder(name: string): Promise<void> {
    await rmdir(this.#path(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #path(name: string): string {
    if (name === "" || name === ".." || name.includes("/")) throw new Error(`${JSON.stringify(name)} is no name`);
    return `/proc/self/fd/${this.#handle.fd}/${name}`;
  }
}

/** The answer of a file system that has no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
