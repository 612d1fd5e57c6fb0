import { type ChildProcess, fork } from "node:child_process";

/** What a part is told, and may answer. */
interface Told {
  readonly word: string;
  readonly value?: unknown;
}

type Said = { readonly value: unknown } | { readonly problem: string };

/** One answer may take this long, milliseconds: 500 runs on a busy machine. */
const ANSWER_MS = 30 * 60_000;

/** A process of a measurement, so that its work is not counted as that of another one. It answers one message at a time. */
export class Part implements Disposable {
  readonly #child: ChildProcess;

  /** `file` calls {@link answerAs}; `values` are its arguments. */
  constructor(file: string, values: readonly string[] = []) {
    this.#child = fork(file, values, { execArgv: ["--expose-gc"] });
  }

  /** @throws what the part has thrown; when it has ended, or does not answer */
  async ask<T>(word: string, value?: unknown): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<Said>();
    const onExit = (code: number | null, signal: string | null): void =>
      reject(new Error(`the process ended (${signal ?? code}) before it answered to ${word}`));
    const timer = setTimeout(
      () => reject(new Error(`no answer to ${word} after ${ANSWER_MS / 60_000} minutes`)),
      ANSWER_MS,
    );
    this.#child.once("message", resolve).once("exit", onExit);
    try {
      this.#child.send({ word, value } satisfies Told);
      const said = await promise;
      if ("problem" in said) throw new Error(said.problem);
      return said.value as T;
    } finally {
      clearTimeout(timer);
      this.#child.off("message", resolve).off("exit", onExit);
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

/** Makes this process a {@link Part}: it answers to these words, and ends with who started it. */
export function answerAs(words: Readonly<Record<string, (value: unknown) => unknown>>): void {
  const answer = async ({ word, value }: Told): Promise<Said> => {
    try {
      const act = words[word];
      if (!act) throw new Error(`unknown word ${word}`);
      return { value: await act(value) };
    } catch (error) {
      return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on("message", (told) => void answer(told as Told).then((said) => process.send?.(said)));
  process.on("disconnect", () => process.exit());
}
