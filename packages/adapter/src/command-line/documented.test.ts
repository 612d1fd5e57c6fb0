import { existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor } from "../../test/sim-run.ts";
import { jobsIn, simTerminal } from "../../test/sim-terminal.ts";
import { NAME } from "./help-texts.ts";

const root = join(import.meta.dirname, "../../../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "e2e/README.md",
  ...globSync(["docs/*.md", "packages/*/README.md"], { cwd: root }),
];

/** Commands of the pages, each with its lines as one, without its comment. Variables that are set are no commands. */
const commands = pages.flatMap((page) => {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```(?:sh|bash|console)\n([^]*?)^```/gm)];
  const lines = blocks.flatMap(([, block = ""]) => block.replace(/\\\n\s*/g, "").split("\n"));
  return lines
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "" && !/^(#|[A-Z_]+=)/.test(line));
});
const ours = [...new Set(commands.filter((command) => command.startsWith(`npx ${NAME} `)))];
const others = [...new Set(commands.filter((command) => !ours.includes(command)))];

/** What runs a command that is not the program's: a file, and what stands in it. */
const RUN_BY: readonly (readonly [command: RegExp, file: string, words: string])[] = [
  [/^npx -y pnpm@[\d.]+ run demo$/, ".ci/run", '"${pnpm[@]}" demo'],
  [/^npx -y pnpm@[\d.]+ run test$/, ".ci/run", "suite 900 test"],
  [/^npx -y pnpm@[\d.]+ run bench$/, "package.json", '"bench":'],
  [/^npx -y pnpm@[\d.]+ run compat$/, "package.json", '"compat":'],
  [/\/api\/adapters\/install/, "e2e/paperclip/client.ts", "/adapters/install"],
  [/^docker build .* images\/agent$/, "e2e/kind/images.ts", "images/agent"],
  [/^kubectl create namespace agents$/, "e2e/world/cluster-world.ts", "namespaces"],
  [/get pvc -l paperclip\.io\/pvc-type=agent-db$/, "e2e/manifest/databases.e2e.ts", "paperclip.io/pvc-type"],
];

describe("every command of the docs is run by a test", () => {
  test("there are some", () => {
    expect(ours.length).toBeGreaterThan(5);
    expect(others.length).toBeGreaterThan(3);
  });

  test.each(others)("%s", (command) => {
    const [, file = "", words = ""] = RUN_BY.find(([pattern]) => pattern.test(command)) ?? [];
    expect(file, "no test is known to run it").not.toBe("");
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), "utf8")).toContain(words);
  });

  test.each(ours)("%s", async (command) => {
    const folder = mkdtempSync(join(tmpdir(), "documented-"));
    const config = join(folder, "agent.json");
    writeFileSync(config, JSON.stringify({ model: "stub/m", image: "opencode:1" }));
    const world = simTerminal(async (io) => {
      printLines(io, [...ANSWER, receiptFor(ANSWER)]);
      return 0;
    });
    // What it prints is what kubectl applies: e2e/world/ does it with the rights of the suite.
    const [typed = ""] = command.split(" | kubectl apply -f -");
    const words = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].slice(2).map(([, quoted, word = ""]) => quoted ?? word);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      const meant: Readonly<Record<string, string>> = {
        "agent.yaml": config,
        "3f2a": run.runId,
        "run.html": join(folder, "run.html"),
      };
      return world.carriedOut(words.map((word) => meant[word] ?? word));
    });
    expect(code, terminal.problems + terminal.written).toBe(0);
  });
});
