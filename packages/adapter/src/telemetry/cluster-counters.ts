import type { ClusterObserver } from "@opencode-k8s/k8s-kit";
import { record } from "./instruments.ts";

/** Counts what goes over the wire. */
export const clusterCounters: ClusterObserver = {
  onRequest: ({ method, status }) =>
    record("opencode_k8s.api.requests", 1, {
      "http.request.method": method,
      ...(status === null ? { "error.type": "no_answer" } : { "http.response.status_code": status }),
    }),
  onWatchLost: () => record("opencode_k8s.watch.restarts", 1),
};
