import type { ContainerState } from "./container-state.ts";

/** What a follow has to know of its container. Only this decides whether a log is over: the end of a stream proves nothing. */
export interface FollowedContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  /** As last seen; `containerState(pod, container)` for a pod that exists. */
  state(): ContainerState;
  /** Resolves when {@link state} may have changed. Asked again after each. */
  changed(): Promise<unknown>;
}
