import { constants } from "node:os";

/** The signal that an exit code stands for: runtimes and shells report one as 128 and its number. */
export function signalOf(exitCode: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => exitCode === 128 + number)?.[0];
}

/** The signals by which a container is stopped from outside. */
export function isStopSignal(exitCode: number): boolean {
  const signal = signalOf(exitCode);
  return signal === "SIGKILL" || signal === "SIGTERM";
}
