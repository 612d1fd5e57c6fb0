#!/usr/bin/env node
import { carryOut } from "./program.ts";

const over = new AbortController();
// The first cancels, and waits until it is done; the second is Node's own.
process.once("SIGINT", () => over.abort(new Error("interrupted")));
process.once("SIGTERM", () => over.abort(new Error("terminated")));
// Nobody reads any more, as of `| head`: what was begun is cancelled, and nothing more is said.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  over.abort(new Error("nobody reads the output"));
});

const { stdout: out, stderr: err, env } = process;
process.exitCode = await carryOut(process.argv.slice(2), { out, err, env, signal: over.signal });
