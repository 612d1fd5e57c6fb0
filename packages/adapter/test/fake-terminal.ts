import type { Terminal } from "../src/command-line/output/terminal.ts";

/** A terminal without colours that remembers what was written. */
export class FakeTerminal implements Terminal {
  readonly #interrupt = new AbortController();
  readonly signal: AbortSignal = this.#interrupt.signal;
  readonly env: Terminal["env"];
  readonly columns: number;
  written = "";
  problems = "";
  readonly out: Terminal["out"];
  readonly err: Terminal["err"];

  constructor(env: Terminal["env"] = {}, columns: number = 100) {
    this.env = env;
    this.columns = columns;
    this.out = { columns, write: (text) => (this.written += text) };
    this.err = { columns, write: (text) => (this.problems += text) };
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#interrupt.abort(new Error("interrupted"));
  }
}
