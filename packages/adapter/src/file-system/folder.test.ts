import { execFile } from "node:child_process";
import { link, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "./folder.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "/proc/self/fd: on Linux only"));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "folder-"));
  await mkdir(join(root, "inside", "deeper"), { recursive: true });
  await mkdir(join(root, "outside"));
  await writeFile(join(root, "outside", "secret"), "canary");
  await writeFile(join(root, "inside", "plain"), "ours");
});
afterEach(() => rm(root, { recursive: true }));

const inside = (): Promise<Folder> => Folder.open(join(root, "inside"));

/** Does this in the folder `inside`. */
async function within<T>(work: (folder: Folder) => Promise<T>): Promise<T> {
  await using folder = await inside();
  return await work(folder);
}

async function read(folder: Folder, name: string): Promise<string> {
  await using file = await folder.file(name);
  return await file.readFile("utf8");
}

describe("a folder is not left", () => {
  test("by a link to a file", async () => {
    await symlink(join(root, "outside", "secret"), join(root, "inside", "link"));
    await expect(within((folder) => read(folder, "link"))).rejects.toMatchObject({ code: "ELOOP" });
  });

  test("by a link to a folder", async () => {
    await symlink(join(root, "outside"), join(root, "inside", "link"));
    await expect(within((folder) => folder.enter("link"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect((await inside()).below(["link"])).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  test("by another name of a file that lies elsewhere", async () => {
    await link(join(root, "outside", "secret"), join(root, "inside", "name"));
    await expect(within((folder) => read(folder, "name"))).rejects.toThrow("name is no file of its own");
  });

  test.each(["..", "", "deeper/..", "/etc"])("by the name %j", async (name) => {
    await expect(within((folder) => folder.enter(name))).rejects.toThrow("is no name");
    await expect(within((folder) => folder.remove(name))).rejects.toThrow("is no name");
  });

  test("when somebody puts a link in its place: what was opened is meant", async () => {
    await using folder = await inside();
    await rename(join(root, "inside"), join(root, "elsewhere"));
    await symlink(join(root, "outside"), join(root, "inside"));
    expect(await read(folder, "plain")).toBe("ours");
    await folder.remove("secret");
    expect(await readFile(join(root, "outside", "secret"), "utf8")).toBe("canary");
  });

  test("by removing a link: what it leads to stays", async () => {
    await symlink(join(root, "outside", "secret"), join(root, "inside", "link"));
    await within((folder) => folder.remove("link"));
    expect(await readFile(join(root, "outside", "secret"), "utf8")).toBe("canary");
    expect(await within((folder) => folder.names(10))).not.toContain("link");
  });
});

test("a pipe to which nobody writes is no file, and not waited for", async () => {
  await promisify(execFile)("mkfifo", [join(root, "inside", "pipe")]);
  await expect(within((folder) => read(folder, "pipe"))).rejects.toThrow("pipe is no file of its own");
});

test("files are read, counted and removed, and one that is not there is removed, too", async () => {
  await within(async (folder) => {
    expect(await read(folder, "plain")).toBe("ours");
    expect((await folder.names(10)).toSorted()).toEqual(["deeper", "plain"]);
    expect(await folder.names(1)).toHaveLength(1);
    await folder.remove("plain");
    await folder.remove("plain");
    await folder.removeFolder("deeper");
    expect(await folder.names(10)).toEqual([]);
  });
});
