import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { adapterType } from "../adapter-type.ts";
import type { ServerProcess } from "../server-process.ts";
import type { Terminal } from "./output/terminal.ts";

/** A run that a person asks for, without Paperclip. */
interface Request {
  readonly prompt: string;
  /** An agent's configuration, unchecked. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly namespace: string;
  /** Name of the agent: one run of it at a time, and one database. */
  readonly agent: string;
  readonly runId: string;
}

/** The run as a heartbeat, of an agent that is asked the prompt and nothing else. */
export function heartbeat(
  { prompt, config, namespace, agent, runId }: Request,
  { onLog, signal }: Pick<AdapterExecutionContext, "onLog" | "signal">,
): AdapterExecutionContext {
  return {
    runId,
    agent: { id: agent, companyId: "command-line", name: agent, adapterType: adapterType(), adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: { namespace, ...config, promptTemplate: "{{context.request}}" },
    context: { request: prompt },
    onLog,
    ...(signal && { signal }),
  };
}

/** The process of a command as that of a server which is in no pod: nothing is inherited that nobody asked for. */
export function asServer({ env }: Pick<Terminal, "env">): ServerProcess {
  const { KUBERNETES_SERVICE_HOST: _, ...others } = env;
  return { env: others, readText: () => undefined };
}
