import { containerStatus } from "../jobs/pod-state.ts";
import type { Evidence } from "./diagnosis.ts";
import { hasStarted } from "./started.ts";

type Status = NonNullable<ReturnType<typeof containerStatus>>;

/** A container that waits for a reason like this. */
export function isWaitingFor(reason: RegExp): (status: Status) => boolean {
  return ({ state }) => reason.test(state?.waiting?.reason ?? "");
}

/**
 * The container that holds up the pod and is like this: an init container, the main one, one beside it. None while the main
 * one runs or is over: what the others do then is their business.
 */
export function stuckContainer({ pod, container }: Evidence, isStuck: (status: Status) => boolean): Status | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod?.status ?? {};
  const main = pod && containerStatus(pod, container);
  if (main?.state?.running ?? main?.state?.terminated) return undefined;
  const inOrder = [...initContainerStatuses, ...(main ? [main] : []), ...containerStatuses];
  return inOrder.find(isStuck);
}

/** Has the main container neither run nor ended? */
export function isBeforeStart({ pod, container }: Evidence): boolean {
  return Boolean(pod?.spec?.nodeName) && !hasStarted({ pod, container });
}
