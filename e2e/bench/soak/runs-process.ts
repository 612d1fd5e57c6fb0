/** The process whose leaks are looked for. A {@link Part}. */
import { systemClock } from "@opencode-k8s/kube-sim";
import { answerAs } from "../scale/part.ts";
import { churn } from "./churn.ts";

/** What is there while nothing runs. */
export interface Holdings {
  /** After a collection of garbage, bytes. */
  readonly heap: number;
  readonly sockets: number;
  readonly timers: number;
}

answerAs({
  churn: (value) => churn({ ...(value as Omit<Parameters<typeof churn>[0], "clock">), clock: systemClock }),
  holdings: (): Holdings => {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    const resources = process.getActiveResourcesInfo();
    const count = (pattern: RegExp): number => resources.filter((resource) => pattern.test(resource)).length;
    return { heap: heapUsed + external, sockets: count(/TCP|TLS/), timers: count(/Timeout|Immediate/) };
  },
});
