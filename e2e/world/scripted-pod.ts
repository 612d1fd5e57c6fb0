import { type Receipt, RECEIPT_TYPE } from "@opencode-k8s/job-manifest";
import type { ContainerExit, ContainerIo } from "@opencode-k8s/kube-sim";
import { playOpenCode, type Sessions } from "./scripted-opencode.ts";

/** What outlives, or is outside of, the pods of a simulated world. */
export interface Outside {
  /** The sessions on a claim. */
  sessionsOf(claim: string): Sessions;
  /** Resolves when the node takes output. */
  writable(): Promise<void>;
  /** Called before each request to a model. */
  asked(): void;
  /** Resolves while models answer. @throws the signal's reason */
  answering(signal: AbortSignal): Promise<void>;
  /** A line was written to the log of a pod, by the pod's uid. */
  wrote(uid: string, line: string): void;
}

/** Plays the program that job-manifest runs in a pod: OpenCode's events, its time limit, and the receipt as last line. */
export async function playPod(io: ContainerIo, outside: Outside): Promise<ContainerExit> {
  const began = io.clock.monotonic();
  const written = { lines: 0, bytes: 0 };
  const stop = new AbortController();
  let stopReason: Receipt["stopReason"] = null;
  const end = (reason: Receipt["stopReason"]): void => {
    stopReason ??= reason;
    stop.abort(new Error("OpenCode was ended"));
  };
  io.stopped.addEventListener("abort", () => end("terminated"), { once: true });
  const timeoutMs = Number(io.env.OPENCODE_K8S_TIMEOUT_SEC) * 1000;
  if (timeoutMs > 0)
    io.clock.sleep(timeoutMs, stop.signal).then(
      () => end("timeout"),
      () => undefined,
    );

  const print = async (line: string): Promise<void> => {
    written.lines += 1;
    written.bytes += Buffer.byteLength(line) + 1;
    await outside.writable();
    io.print(`${line}\n`);
    outside.wrote(io.pod.metadata.uid ?? "", line);
  };
  const exitCode = await openCode(io, outside, print, stop.signal);
  const receipt: Receipt = {
    type: RECEIPT_TYPE,
    protocol: 1,
    exitCode,
    signal: exitCode === null ? "SIGTERM" : null,
    ...written,
    peakMemoryBytes: null,
    durationMs: Math.round(io.clock.monotonic() - began),
    opencodeVersion: "1.18.33",
    stopReason,
  };
  stop.abort(new Error("OpenCode ended"));
  await outside.writable();
  io.print(`${JSON.stringify(receipt)}\n`);
  return { exitCode: exitCode ?? 143 };
}

/** Exit code of OpenCode; null when a signal ended it. */
async function openCode(
  io: ContainerIo,
  outside: Outside,
  print: (line: string) => Promise<void>,
  stop: AbortSignal,
): Promise<number | null> {
  const args = io.container.args ?? [];
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const session = option("session");
  try {
    return await playOpenCode({
      model: option("model")?.split("/").slice(1).join("/") ?? "",
      prompt: promptOf(io),
      ...(session === undefined ? {} : { session }),
      sessions: sessionsOf(io, outside),
      now: () => io.clock.now(),
      asked: () => outside.asked(),
      pause: async (ms) => {
        await io.clock.sleep(ms, stop);
        await outside.answering(stop);
      },
      print,
    });
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  }
}

function promptOf({ mounts }: ContainerIo): string {
  for (const { source } of mounts) {
    if (source.kind === "secret" && source.files.prompt) return Buffer.from(source.files.prompt).toString("utf8");
  }
  throw new Error("the pod has no prompt");
}

function sessionsOf({ mounts }: ContainerIo, outside: Outside): Sessions {
  const claim = mounts.flatMap(({ source }) => (source.kind === "claim" ? [source.claimName] : []))[0];
  return claim === undefined ? new Map() : outside.sessionsOf(claim);
}
