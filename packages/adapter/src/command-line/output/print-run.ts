import { LiveTranscript, OWN_LINE } from "./live-transcript.ts";
import type { Output, Terminal } from "./terminal.ts";

/** Prints a chunk of a run's log as Paperclip gets it: whole lines. */
export type Print = (chunk: string) => void;

/** As a transcript, or, with `json`, OpenCode's own lines for a program, and ours for who looks on. */
export function printerFor(terminal: Terminal, { json }: { readonly json: boolean }): Print {
  return json ? events(terminal) : transcript(terminal);
}

function transcript({ out, env }: Terminal): Print {
  const live = new LiveTranscript(out, env);
  return (chunk) => live.print(chunk);
}

function events({ out, err }: Terminal): Print {
  return (chunk) => {
    for (const line of chunk.split("\n").filter((text) => text.trim() !== "")) lineTo(line, out, err);
  };
}

function lineTo(line: string, out: Output, err: Output): void {
  const target = line.startsWith(OWN_LINE) ? err : out;
  target.write(`${line}\n`);
}
