import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { ClusterSource } from "../clusters.ts";
import { nodeProblem } from "../node-version.ts";
import { type AgentOptions, withAgentOptions } from "./options/agent-configuration.ts";
import { chosenCluster, chosenNamespace, type ClusterOptions, withClusterOptions } from "./options/cluster-choice.ts";
import { doctor } from "./doctor.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Where } from "./runs/find-run.ts";
import { explain, type ExplainOptions } from "./explain/index.ts";
import { gc, type GcOptions } from "./gc/index.ts";
import { EXAMPLES, EXIT_CODES, NAME, RUN_ARGUMENT } from "./help-texts.ts";
import { logs, type LogsOptions } from "./logs.ts";
import { problemOf } from "./problem.ts";
import { rbac, type RbacOptions, withFeatures } from "./rbac.ts";
import { render } from "./render.ts";
import { run } from "./run.ts";
import type { Terminal } from "./output/terminal.ts";

/** What the program does with a cluster that is not of the network; tests hand it over. */
export interface ProgramOptions {
  readonly clusterFor?: ClusterSource;
}

/** Carries out a command line, without the program's name in it. Failures are told, not thrown; only a bug is. */
export async function carryOut(
  words: readonly string[],
  terminal: Terminal,
  options: ProgramOptions = {},
): Promise<ExitCode> {
  const tooOld = nodeProblem();
  if (tooOld !== null) {
    terminal.err.write(`${tooOld}\n`);
    return EXIT.usage;
  }
  let code: ExitCode = EXIT.done;
  const program = programFor(terminal, options, (ended) => (code = ended));
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    // Commander has told it already. Help that was asked for is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (terminal.signal.aborted) return EXIT.interrupted;
    const problem = problemOf(error);
    for (const line of problem.lines) terminal.err.write(`${line}\n`);
    return problem.code;
  }
}

function programFor(terminal: Terminal, { clusterFor }: ProgramOptions, end: (code: ExitCode) => void): Command {
  const program = new Command(NAME)
    .description(
      "Runs OpenCode as Kubernetes Jobs, as the Paperclip adapter of this name does, and shows what it would do.",
    )
    .version(manifest.version, "-V, --version", "write the version of this package")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      getOutHelpWidth: () => terminal.out.columns ?? 100,
      getErrHelpWidth: () => terminal.err.columns ?? 100,
    })
    .showHelpAfterError("(--help says what there is)")
    .addHelpText("after", EXIT_CODES);

  const sourceOf = (given: ClusterOptions): ClusterSource => clusterFor ?? (() => chosenCluster(given));
  const whereOf = (given: ClusterOptions): Where => ({
    cluster: sourceOf(given)({}),
    namespace: chosenNamespace(given),
  });

  withAgentOptions(withClusterOptions(program.command("run")))
    .description("carry out one run, with its transcript as it comes; Ctrl-C cancels it, and cleans up")
    .argument("<prompt>", "what the agent is asked")
    .option("--agent <name>", "an agent that keeps its database, and runs once at a time; else each run is a new one")
    .option("--json", "OpenCode's events as they come, then the result, a line of JSON each", false)
    .addHelpText("after", EXAMPLES.run)
    .action(async (prompt: string, given: AgentOptions & ClusterOptions & { agent?: string; json: boolean }) => {
      end(await run(prompt, { ...given, namespace: chosenNamespace(given) }, terminal, sourceOf(given)));
    });

  withAgentOptions(withClusterOptions(program.command("doctor")))
    .description("tell whether a run would begin, and what to do where not; tries one pod, which it deletes")
    .option("--json", "a list of JSON", false)
    .addHelpText("after", EXAMPLES.doctor)
    .action(async (given: AgentOptions & ClusterOptions & { json: boolean }) => {
      end(await doctor({ ...given, namespace: chosenNamespace(given) }, terminal, sourceOf(given)));
    });

  withClusterOptions(program.command("logs"))
    .description("show the log of a run, live or ended, as a transcript, each line once; Ctrl-C leaves the run alone")
    .argument("<run>", RUN_ARGUMENT)
    .option("--no-follow", "what there is now; else until the run has ended")
    .option("--json", "OpenCode's events as they come, a line of JSON each", false)
    .addHelpText("after", EXAMPLES.logs)
    .action(async (run: string, given: LogsOptions & ClusterOptions) => {
      end(await logs(run, given, terminal, whereOf(given)));
    });

  withClusterOptions(program.command("explain"))
    .description(
      "say how a run stands, or ended: what is wrong, what to do, what it took; changes nothing in the cluster",
    )
    .argument("<run>", RUN_ARGUMENT)
    .option("--json", "one object of JSON", false)
    .option("--html <file>", "also write a page about it: timeline, tokens, transcript; one file that loads nothing")
    .addHelpText("after", EXAMPLES.explain)
    .action(async (run: string, given: ExplainOptions) => {
      end(await explain(run, given, terminal, whereOf(given)));
    });

  withClusterOptions(program.command("gc"))
    .description("show what is left of runs that nobody uses any more, and delete it if asked to; never what is live")
    .option("--older-than <time>", "a number and s, m, h or d; what is younger is kept", "24h")
    .option("--retained", "also Jobs that retainJobs keeps", false)
    .option("--yes", "delete; else nothing is changed", false)
    .option("--json", "one object of JSON", false)
    .addHelpText("after", EXAMPLES.gc)
    .action(async (given: GcOptions & ClusterOptions) => {
      end(await gc(given, terminal, whereOf(given)));
    });

  withAgentOptions(program.command("render"))
    .description(
      "write the objects of a run as they would be created, for review and for policy tools; asks no cluster",
    )
    .argument("[prompt]", "what the agent is asked", "Say hello.")
    .option("-n, --namespace <name>", "of the Jobs", "default")
    .option("--json", "a List of JSON instead of YAML", false)
    .option("--show-secrets", "also what is in the Secrets", false)
    .addHelpText("after", EXAMPLES.render)
    .action((prompt: string, given: AgentOptions & { namespace: string; json: boolean; showSecrets: boolean }) =>
      render(prompt, given, terminal),
    );

  withFeatures(program.command("rbac"))
    .description(
      "write the Role that the adapter needs for these features, and no others, with its account and binding",
    )
    .requiredOption("-n, --namespace <name>", "of the Jobs")
    .option("--name <name>", "of the objects", "opencode-k8s")
    .option("--service-account <namespace/name>", "that the Paperclip server runs as; else one is made")
    .option("--json", "a List of JSON instead of YAML", false)
    .addHelpText("after", EXAMPLES.rbac)
    .action((given: RbacOptions) => rbac(given, terminal));

  return program;
}
