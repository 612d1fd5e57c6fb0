import type { ContainerIo } from "../containers/scripted.ts";

/** What a container of the suite does: the same on a real node, as a shell script, and in the simulator. */
export interface Program {
  steps: Step[];
  /** Said and done at SIGTERM; without it SIGTERM has no effect, as for any process with id 1. */
  onTerm?: { print: string; exitCode: number };
}

export type Step =
  | { print: string; stream?: "stdout" | "stderr" }
  /** So many letters x, and a newline. */
  | { printBytes: number }
  /** So many times this letter, and no newline. */
  | { fill: string; bytes: number }
  /** So many lines of 99 letters x. */
  | { flood: number }
  /** How often the container was started before, and a newline. Needs {@link STATE} on a real node. */
  | { printStarts: true }
  /** Ends with 1 unless the container was started this often before. After `printStarts`. */
  | { failBeforeStart: number }
  /** NAME=value, and a newline. */
  | { printEnv: string }
  /** The contents of a file below a Secret's mount. */
  | { printFile: string }
  | { sleepSeconds: number }
  | { exit: number };

/** A volume that outlives the container's restarts, for programs that count them. */
export const STATE = {
  volumes: [{ name: "state", emptyDir: {} }],
  volumeMounts: [{ name: "state", mountPath: "/state" }],
} as const;

/** The parts of a pod template that carry a container's program to either kind of cluster: as a command, or as an annotation. */
export function carry(
  program: Program,
  container: string = "main",
): { annotations: Record<string, string>; command: string[] } {
  return {
    annotations: { [annotationOf(container)]: JSON.stringify(program) },
    command: ["sh", "-c", shellScript(program)],
  };
}

function annotationOf(container: string): string {
  return `conformance/program.${container}`;
}

function shellScript({ steps, onTerm }: Program): string {
  const trap = onTerm ? [`trap ${quote(`printf %s ${quote(onTerm.print)}; exit ${onTerm.exitCode}`)} TERM`] : [];
  return [...trap, ...steps.map(shellLine)].join("\n");
}

function shellLine(step: Step): string {
  if ("print" in step) return `printf %s ${quote(step.print)}${step.stream === "stderr" ? " >&2" : ""}`;
  if ("printBytes" in step) return `head -c ${step.printBytes} /dev/zero | tr '\\0' x; echo`;
  if ("fill" in step) return `head -c ${step.bytes} /dev/zero | tr '\\0' ${step.fill}`;
  if ("flood" in step) return `yes ${"x".repeat(99)} | head -n ${step.flood}`;
  if ("printStarts" in step) return "n=$(cat /state/n 2>/dev/null || echo 0); echo $((n + 1)) > /state/n; echo $n";
  if ("failBeforeStart" in step) return `[ $n -ge ${step.failBeforeStart} ] || exit 1`;
  if ("printEnv" in step) return `printf '%s\\n' "${step.printEnv}=$${step.printEnv}"`;
  if ("printFile" in step) return `cat ${quote(step.printFile)}`;
  // In the background, so that the trap is not put off until the sleep is over.
  if ("sleepSeconds" in step) return `sleep ${step.sleepSeconds} & wait $!`;
  return `exit ${step.exit}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Runs the program as a scripted container. */
export async function runProgram(io: ContainerIo): Promise<number> {
  const { pod, container, restartCount, env, mounts, clock, stopped, print } = io;
  const carried = pod.metadata.annotations?.[annotationOf(container.name)];
  const { steps, onTerm } = JSON.parse(carried ?? '{"steps":[]}') as Program;
  for (const step of steps) {
    if ("print" in step) print(step.print, step.stream);
    else if ("printBytes" in step) print(`${"x".repeat(step.printBytes)}\n`);
    else if ("fill" in step) print(step.fill.repeat(step.bytes));
    else if ("flood" in step) print(`${"x".repeat(99)}\n`.repeat(step.flood));
    else if ("printStarts" in step) print(`${restartCount}\n`);
    else if ("failBeforeStart" in step) {
      if (restartCount < step.failBeforeStart) return 1;
    } else if ("printEnv" in step) print(`${step.printEnv}=${env[step.printEnv] ?? ""}\n`);
    else if ("printFile" in step) print(readMount(mounts, step.printFile));
    else if ("exit" in step) return step.exit;
    else {
      try {
        await clock.sleep(step.sleepSeconds * 1000, onTerm && stopped);
      } catch {
        print(onTerm?.print ?? "");
        return onTerm?.exitCode ?? 0;
      }
    }
  }
  return 0;
}

function readMount(mounts: ContainerIo["mounts"], path: string): Uint8Array {
  const mount = mounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const file = mount?.source.kind === "secret" ? mount.source.files[path.slice(mount.mountPath.length + 1)] : undefined;
  if (!file) throw new Error(`no such file: ${path}`);
  return file;
}
