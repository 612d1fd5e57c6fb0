import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Container, container, type Run, scratch, SHELLS } from "./container.test-support.ts";
import type { Receipt } from "./receipt.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "a container's program: on Linux only"));

const SQLITE = "SQLite format 3\0";

/**
 * An OpenCode whose questions are answered with `$ANSWER` of an existing database, and which can use a new one. Each
 * question is counted in `questions`. Its run says what it finds.
 */
const FAKE = `
cd "\${OPENCODE_DB%/*}" && if [ "$1" = db ]; then
  echo "$2" >>questions
  if [ "\${OPENCODE_DB##*/}" = own.db ]; then : >"$OPENCODE_DB"; echo "$OWN"; exit; fi
  if [ ! -s "$OPENCODE_DB" ]; then printf 'SQLite format 3\\0new' >"$OPENCODE_DB"; fi
  if grep -q new "$OPENCODE_DB"; then answer=ok; else answer=$ANSWER; fi
  case $2 in *migration*) answer=$THEIRS ;; esac
  [ -n "$answer" ] && printf 'header\\n%s\\n' "$answer" && exit
  printf '\\033[91mdatabase disk image\\033[0m is malformed\\n' >&2
  exit 1
fi
tr -d '\\0' <"$OPENCODE_DB"; echo
`;

const GOOD = { ANSWER: "ok", OWN: "20260101000000_b", THEIRS: "20260101000000_b" };

/** Less what the machine of the test lacks. */
function warnings(receipt: Receipt): string[] {
  return (receipt.warnings ?? []).filter((code) => code.startsWith("database_"));
}

describe.each(SHELLS.map((shell) => ({ name: shell.join(" "), shell })))(
  "a database that is kept, $name",
  ({ shell }) => {
    const folder = (): Promise<string> => mkdtemp(join(scratch, "kept-"));

    function start(data: string, env: Record<string, string> = {}, fake: string = FAKE): Promise<Container> {
      return container(shell, fake, {
        OPENCODE_DB: join(data, "opencode.db"),
        OPENCODE_K8S_DATABASE_LIMIT: "1000",
        OPENCODE_K8S_DATABASE_QUESTION_SEC: "20",
        ...GOOD,
        ...env,
      });
    }

    async function run(data: string, env?: Record<string, string>, fake?: string): Promise<Run> {
      return (await start(data, env, fake)).ended();
    }

    async function questions(data: string): Promise<number> {
      const asked = await readFile(join(data, "questions"), "utf8").catch(() => "");
      return asked.split("\n").length - 1;
    }

    async function files(data: string): Promise<string[]> {
      return (await readdir(data)).filter((name) => name !== "questions").toSorted();
    }

    async function withDatabase(content: string): Promise<string> {
      const data = await folder();
      for (const [suffix, text] of Object.entries({ "": content, "-wal": "w", "-shm": "s" }))
        await writeFile(join(data, `opencode.db${suffix}`), text);
      return data;
    }

    test.concurrent("is made before the run, and found good from then on without a question", async () => {
      const data = await folder();
      const first = await run(data);
      expect([first.events, warnings(first.receipt), await questions(data)]).toEqual(["SQLite format 3new\n", [], 1]);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db.checked"]);
      const second = await run(data);
      expect([second.events, warnings(second.receipt), await questions(data)]).toEqual(["SQLite format 3new\n", [], 1]);
    });

    test.concurrent("is made once by those who start together", async () => {
      const data = await folder();
      const slow = `if [ "$1" = db ]; then sleep 1; fi\n${FAKE}`;
      const runs = await Promise.all([1, 2, 3, 4].map(() => run(data, {}, slow)));
      expect(runs.map(({ events, status }) => [events, status])).toEqual(runs.map(() => ["SQLite format 3new\n", 0]));
      expect(await questions(data)).toBe(1);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db.checked"]);
    });

    test.concurrent("is waited for, and not for ever when whoever makes it has died", async () => {
      const data = await folder();
      await mkdir(join(data, "opencode.db.lock"));
      await writeFile(join(data, "opencode.db.lock/holder"), "gone.1\n");
      const { events, receipt } = await run(data, { OPENCODE_K8S_DATABASE_QUESTION_SEC: "1" });
      expect([events, receipt.durationMs > 5000]).toEqual(["SQLite format 3new\n", true]);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db.checked"]);
    });

    test.concurrent("is not waited for by a run that is told to stop", async () => {
      const data = await folder();
      await mkdir(join(data, "opencode.db.lock"));
      const OPENCODE_K8S_RUN_DIR = await folder();
      const { child, ended } = await start(data, { OPENCODE_K8S_RUN_DIR }, "exec sleep 60");
      await vi.waitFor(async () => expect(await readdir(OPENCODE_K8S_RUN_DIR)).toContain("running"), 10_000);
      child.kill("SIGTERM");
      const { receipt } = await ended();
      expect(receipt.stopReason).toBe("terminated");
      expect(await files(data)).toEqual(["opencode.db.lock"]);
    });

    test.concurrent("that was there is left alone when it is good", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      const { events, receipt } = await run(data);
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3old\n", []]);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db-shm", "opencode.db-wal", "opencode.db.checked"]);
    });

    test.concurrent.each([
      ["no SQLite file", "\0\0 broken"],
      ["damaged", `${SQLITE}old`],
    ])("that is %s is renewed; one is kept aside, the last", async (_, content) => {
      const data = await withDatabase(content);
      await writeFile(join(data, "opencode.db.aside"), "earlier");
      const { events, receipt, terminationLog } = await run(data, { ANSWER: "" });
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3new\n", ["database_unreadable"]]);
      expect(terminationLog).toMatch(/opencode.db cannot be used \(database disk image is malformed\): it is kept as/);
      expect(await files(data)).toEqual([
        "opencode.db",
        "opencode.db.aside",
        "opencode.db.aside-wal",
        "opencode.db.checked",
      ]);
      expect(await readFile(join(data, "opencode.db.aside"), "utf8")).toBe(content);
    });

    test.concurrent("that no other would be better than is put back", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      const { events, receipt } = await run(
        data,
        {},
        'if [ "$1" = db ]; then exit 1; fi; tr -d "\\0" <"$OPENCODE_DB"; echo',
      );
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3old\n", ["database_unchecked"]]);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db-wal"]);
    });

    test.concurrent("that somebody has locked, or that takes too long, is no worse for it", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      const locked = await run(data, {}, 'if [ "$1" = db ]; then echo "database is locked" >&2; exit 1; fi');
      expect([warnings(locked.receipt), locked.terminationLog]).toEqual([
        ["database_unchecked"],
        expect.stringMatching(/could not be checked \(database is locked\)/),
      ]);
      const hung = await run(
        data,
        { OPENCODE_K8S_DATABASE_QUESTION_SEC: "1" },
        'if [ "$1" = db ]; then exec sleep 60; fi',
      );
      expect(warnings(hung.receipt)).toEqual(["database_unchecked"]);
      expect(await readFile(join(data, "opencode.db"), "utf8")).toBe(`${SQLITE}old`);
    });

    test.concurrent("that cannot be locked is used as it is", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      await writeFile(join(data, "opencode.db.lock"), "no folder");
      const { receipt } = await run(data);
      expect([receipt?.exitCode, warnings(receipt)]).toEqual([0, ["database_unchecked"]]);
    });

    test.concurrent("that a newer OpenCode has migrated is renewed, and kept aside", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      const { events, receipt, terminationLog } = await run(data, { THEIRS: "20260101000001_a" });
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3new\n", ["database_newer"]]);
      expect(terminationLog).toMatch(/was migrated by a newer OpenCode: it is kept as/);
      expect(await readFile(join(data, "opencode.db.aside"), "utf8")).toBe(`${SQLITE}old`);
    });

    test.concurrent.each([
      ["an older one", { THEIRS: "20250101000000_a" }],
      ["one that tells of no migrations", { THEIRS: "" }],
    ])("of %s goes on", async (_, env) => {
      const { events, receipt } = await run(await withDatabase(`${SQLITE}old`), env);
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3old\n", []]);
    });

    test.concurrent("that has passed its limit, with what is not in its main file yet, is renewed, and not kept", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      await run(data);
      await writeFile(join(data, "opencode.db-wal"), "x".repeat(1000));
      const { events, receipt, terminationLog } = await run(data);
      expect([events, warnings(receipt)]).toEqual(["SQLite format 3new\n", ["database_over_limit"]]);
      expect(terminationLog).toMatch(/had 1019 bytes, more than 1000: its sessions are gone/);
      expect(await files(data)).toEqual(["opencode.db", "opencode.db.checked"]);
    });

    test.concurrent("is examined again after a run that did not end in order", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      const { child, printed, ended } = await start(data, {}, `${FAKE}\nexec sleep 60`);
      await printed("old");
      expect((await files(data)).filter((name) => name.includes(".open."))).toHaveLength(1);
      process.kill(-child.pid!, "SIGKILL");
      await expect(ended()).rejects.toThrow("no receipt");
      const before = await questions(data);
      const { receipt } = await run(data, { ANSWER: "" });
      expect([warnings(receipt), await questions(data)]).toEqual([["database_unreadable"], before + 2]);
    });

    test.concurrent("that fails OpenCode at its start is renewed in the same run", async () => {
      const data = await withDatabase(`${SQLITE}old`);
      await run(data);
      const failing = `${FAKE.replace("tr -d", 'grep -q old "$OPENCODE_DB" && { echo "database disk image is malformed" >&2; exit 1; }\ntr -d')}`;
      const { events, receipt, status, terminationLog } = await run(data, { ANSWER: "" }, failing);
      expect([events, warnings(receipt), receipt.freshSession, status]).toEqual([
        "SQLite format 3new\n",
        ["database_unreadable"],
        false,
        0,
      ]);
      expect(terminationLog).toMatch(/^opencode-k8s: .* cannot be used/);
    });

    test.concurrent("that is in memory has no files", async () => {
      const { receipt } = await run(await folder(), { OPENCODE_DB: ":memory:" }, "ls -A");
      expect([receipt.lines, warnings(receipt)]).toEqual([0, []]);
    });
  },
);
