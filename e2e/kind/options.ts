import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** A minor, or an image. Undefined: the newest minor. */
  readonly kubernetes: string | undefined;
  readonly keep: boolean;
  readonly name: string;
  /** A folder for the nodes' logs. */
  readonly logs: string | undefined;
  /** All that is not ours. */
  readonly vitest: readonly string[];
}

const OURS = {
  kubernetes: { type: "string" },
  keep: { type: "boolean" },
  name: { type: "string" },
  logs: { type: "string" },
} as const;

/** @throws where one of ours has no value */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Options {
  const { tokens } = parseArgs({ args: [...args], options: OURS, strict: false, allowPositionals: true, tokens: true });
  const ours = tokens.filter((token) => token.kind === "option").filter(({ name }) => name in OURS);
  // The value of an option is a word of its own, or in the same one (`--name=e2e`).
  const taken = new Set(
    ours.flatMap(({ index, value, inlineValue }) =>
      value === undefined || inlineValue ? [index] : [index, index + 1],
    ),
  );
  const value = (name: keyof typeof OURS): string | undefined => {
    const found = ours.findLast((token) => token.name === name);
    if (found !== undefined && !found.value) throw new Error(`--${name} wants a value`);
    return found?.value;
  };
  const logs = value("logs");
  return {
    kubernetes: value("kubernetes") ?? env["KIND_KUBERNETES"],
    keep: ours.some(({ name }) => name === "keep"),
    name: value("name") ?? "opencode-k8s-e2e",
    logs: logs === undefined ? undefined : resolve(logs),
    vitest: args.filter((_, index) => !taken.has(index)),
  };
}
