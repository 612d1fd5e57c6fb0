import { type Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import type { Terminal } from "../output/terminal.ts";
import { UsageError } from "../problem.ts";

/** What says how an agent runs. Later ones win: the file, `--set`, the options of their own. */
export interface AgentOptions {
  /** Path of an agent's configuration, as Paperclip has it in `adapterConfig`: JSON or YAML. */
  readonly config?: string;
  readonly model?: string;
  readonly image?: string;
  /** `NAME=value`, or `NAME` for the value that it has here. */
  readonly env: readonly string[];
  /** `key=value` */
  readonly set: readonly string[];
}

/** Declares `AgentOptions`. */
export function withAgentOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", "an agent's configuration (adapterConfig), JSON or YAML")
    .option("-m, --model <provider/model>", "for example anthropic/claude-sonnet-4-5")
    .option("-i, --image <image>", "with opencode in its PATH")
    .addOption(
      new Option("-e, --env <NAME[=value]>", "of the agent; without a value, as it is here")
        .argParser(listed)
        .default([]),
    )
    .addOption(new Option("-s, --set <key=value>", "any key of the configuration").argParser(listed).default([]));
}

function listed(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/**
 * The configuration of an agent, unchecked, as Paperclip would hand it over.
 * @throws UsageError that names the option
 */
export function agentConfiguration(options: AgentOptions, terminal: Pick<Terminal, "env">): Record<string, unknown> {
  const { config, model, image, env, set } = options;
  const read = config === undefined ? {} : readConfiguration(config);
  const given = Object.fromEntries(set.map((text) => pair("--set", text)));
  const variables = Object.fromEntries(env.map((text) => variable(text, terminal.env)));
  return {
    ...read,
    ...given,
    ...(model === undefined ? {} : { model }),
    ...(image === undefined ? {} : { image }),
    ...(env.length === 0 ? {} : { env: { ...(read["env"] as object | undefined), ...variables } }),
  };
}

function readConfiguration(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--config: ${path} cannot be read (${code}); give the path of a file with a configuration`);
  }
  const want = "give a file with an agent's adapterConfig: an object, as JSON or YAML";
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    // Not the parser's message: it quotes the file, which may hold keys.
    const { mark } = error as { mark?: { line?: number } };
    throw new UsageError(`--config: ${path} cannot be read at line ${(mark?.line ?? 0) + 1}; ${want}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`--config: ${path} holds no object; ${want}`);
  return value as Record<string, unknown>;
}

function pair(option: string, text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`${option}: ${JSON.stringify(text)} is no name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function variable(text: string, env: Terminal["env"]): [name: string, value: string] {
  if (text.includes("=")) return pair("--env", text);
  const value = env[text];
  if (value === undefined) throw new UsageError(`--env: ${text} is not set here; set it, or give ${text}=value`);
  return [text, value];
}
