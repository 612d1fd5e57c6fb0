import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What is asked for an answer, not started for its work, answers within this; milliseconds. */
const ANSWER_MS = 30_000;
/** What a program that is to end may take before it is killed; milliseconds. */
const GRACE_MS = 20_000;

export interface RunOptions {
  /** Ends the program, and everything that it started. */
  readonly signal?: AbortSignal;
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program whose output is ours. It leads a process group of its own, so that Ctrl-C in a terminal reaches only us, and
 * what it started can be ended with it.
 * @returns its exit code; that of one that a signal ended is 1
 */
export async function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  const { signal, env } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code) => resolve(code ?? 1));
  let killer: NodeJS.Timeout | undefined;
  const end = (): void => {
    killGroup(child.pid, "SIGTERM");
    killer = setTimeout(() => killGroup(child.pid, "SIGKILL"), GRACE_MS);
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    return await ended;
  } finally {
    clearTimeout(killer);
    signal?.removeEventListener("abort", end);
  }
}

/** As `runProgram`, for what must succeed. */
export async function mustRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const code = await runProgram(program, args, options);
  options.signal?.throwIfAborted();
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: exit code ${code}`);
}

/** What a program says. */
export async function answerOf(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { timeout: ANSWER_MS });
  return stdout.trim();
}

/** The last line that a program that failed said of it, or else what Node says. */
export function wordsOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return stderr?.trim().split("\n").at(-1) || message;
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // All of it has ended already.
  }
}
