import { mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { container, type Run, scratch, SHELLS } from "./container.test-support.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "a container's program: on Linux only"));

const SESSION = "ses_df9704ddcffeOdpk264tTUXNkR";
const TITLE = "--title=$(b) 'c'";
/** Says with what it was run, and where. */
const FAKE = `printf '%s\\n' "$@"; echo "$PWD"; cat; echo`;

describe.each(SHELLS.map((shell) => ({ name: shell.join(" "), shell })))("a session, $name", ({ shell }) => {
  async function resumed(fake: string, env: Record<string, string> = {}, further: string[] = []): Promise<Run> {
    const asked = { OPENCODE_K8S_FRESH_ARGUMENT: TITLE, ...env };
    return (await container(shell, fake, asked, [], [`--session=${SESSION}`, "a  b", ...further])).ended();
  }

  describe("that OpenCode does not know", () => {
    const unknown = 'case "$*" in *--session=*) echo "Error: Session not found" >&2; exit 1; esac';

    test.concurrent("is begun anew, once, with the title in its place and the same prompt", async () => {
      const { events, receipt, status, terminationLog } = await resumed(`${unknown}; printf '%s\\n' "$@"; cat; echo`);
      expect(events).toBe(`run\n--model=a/$(b)\n${TITLE}\na  b\nWhat is $(this)?\n`);
      expect([receipt.freshSession, receipt.lines, status, terminationLog]).toEqual([true, 5, 0, ""]);
    });

    test.concurrent("is not when something was printed, or the complaint is another", async () => {
      const spoken = await resumed(`echo spoken; ${unknown}`);
      const other = await resumed("echo 'Error: no such model' >&2; exit 1");
      expect([spoken.receipt.freshSession, spoken.events, spoken.status]).toEqual([false, "spoken\n", 1]);
      expect([other.receipt.freshSession, other.status]).toEqual([false, 1]);
    });

    test.concurrent("that stays unknown ends the run as OpenCode did", async () => {
      const { receipt, status } = await resumed("echo 'Error: Session not found' >&2; exit 1");
      expect([receipt.freshSession, status]).toEqual([true, 1]);
    });
  });

  describe("and the directory that it was made in", () => {
    interface Place {
      /** The working directory, through a link. */
      OPENCODE_K8S_WORKDIR: string;
      XDG_DATA_HOME: string;
      /** What the link leads to. */
      real: string;
    }

    async function place(madeIn: (real: string) => string | null): Promise<Place> {
      const root = await realpath(await mkdtemp(join(scratch, "place-")));
      const real = join(root, "real");
      const [link, data] = [join(root, "link"), join(root, "data")];
      await mkdir(real);
      await symlink(real, link);
      await mkdir(join(data, "opencode/log"), { recursive: true });
      const directory = madeIn(real);
      const log = directory === null ? "" : created(SESSION, directory);
      await writeFile(join(data, "opencode/log/opencode.log"), `${created("ses_other", "/other")}${log}`);
      return { OPENCODE_K8S_WORKDIR: link, XDG_DATA_HOME: data, real };
    }

    /** A line of OpenCode's log, 1.18.33, shortened. */
    function created(id: string, directory: string): string {
      const session = `message=created id=${id} slug=proud-otter version=1.18.33 projectID=global`;
      return `timestamp=2026-11-23T04:00:10.276Z level=INFO ${session} directory=${directory} path=${directory.slice(1)} title=x\n`;
    }

    function went({ events, receipt }: Run): [argument: string | undefined, ...(boolean | undefined)[]] {
      return [events.split("\n")[2], receipt.freshSession, receipt.warnings?.includes("session_elsewhere")];
    }

    test.concurrent("is the working directory, also through a link: it is gone on with", async () => {
      const { real: _, ...env } = await place((real) => real);
      const run = await resumed(FAKE, env);
      expect(went(run)).toEqual([`--session=${SESSION}`, false, false]);
      expect(run.events.split("\n")[4]).toBe(env.OPENCODE_K8S_WORKDIR);
    });

    test.concurrent("is another: it is begun anew, and said so", async () => {
      const { real, ...env } = await place(() => "/somewhere/else");
      const run = await resumed(FAKE, env);
      expect(went(run)).toEqual([TITLE, true, true]);
      expect(run.terminationLog).toBe(
        `opencode-k8s: session ${SESSION} was made in /somewhere/else, and cannot be gone on with in ${real}\n`,
      );
    });

    test.concurrent("is left to the arguments of the user", async () => {
      const { real: _, ...env } = await place(() => "/somewhere/else");
      const run = await resumed(FAKE, env, ["--dir=/somewhere/else"]);
      expect(went(run)).toEqual([`--session=${SESSION}`, false, false]);
    });

    test.concurrent("is not looked for where the session is one of the user's own arguments", async () => {
      const { real: _, ...env } = await place(() => "/somewhere/else");
      const run = await resumed(FAKE, { ...env, OPENCODE_K8S_FRESH_ARGUMENT: "" });
      expect(went(run)).toEqual([`--session=${SESSION}`, false, false]);
    });

    const database = { OPENCODE_K8S_DATABASE_QUESTION_SEC: "20", OPENCODE_K8S_DATABASE_LIMIT: "1000" };
    const answering = (directory: string): string => `
      if [ "$1" = db ]; then
        case $2 in *quick_check*) printf 'SQLite format 3\\0' >"$OPENCODE_DB"; echo ok ;; esac
        case $2 in *directory*"= '${SESSION}'"*) echo directory; echo "${directory}" ;; esac
        exit
      fi
      ${FAKE}`;

    test.concurrent("is asked of the database where the log does not say it", async () => {
      const { real, ...env } = await place(() => null);
      const elsewhere = await resumed(answering("/somewhere else"), { ...env, ...database });
      expect(went(elsewhere)).toEqual([TITLE, true, true]);
      const here = await resumed(answering(real), { ...env, ...database });
      expect(went(here)).toEqual([`--session=${SESSION}`, false, false]);
    });

    test.concurrent("is known to nobody: OpenCode decides", async () => {
      const { real: _, ...env } = await place(() => null);
      expect(went(await resumed(FAKE, env))).toEqual([`--session=${SESSION}`, false, false]);
    });
  });
});
