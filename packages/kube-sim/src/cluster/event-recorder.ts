import { EVENTS, NAMESPACES } from "../api/resources.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import type { Draft, Store } from "../store/store.ts";
import { microTimestamp, timestamp } from "../time.ts";
import type { KubeEvent, KubeObject } from "../wire.ts";

/** What an event says. */
export interface EventText {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  /** The part of the object that it is about, for example `spec.containers{agent}`. */
  fieldPath?: string;
}

type Component =
  | "kubelet"
  | "cluster-autoscaler"
  | "default-scheduler"
  | "job-controller"
  | "persistentvolume-controller";

/** Writes Event objects; one that is repeated is counted up instead. */
export class EventRecorder {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #nodeName: string;

  constructor(store: Store, clock: Clock, random: Random, nodeName: string) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#nodeName = nodeName;
  }

  record(component: Component, object: KubeObject, text: EventText): void {
    const { namespace, name, uid } = object.metadata;
    // Nothing new in a namespace that is being deleted, or it would never be empty.
    if (this.#store.get(NAMESPACES, undefined, namespace ?? "")?.metadata.deletionTimestamp) return;
    const now = this.#clock.now();
    const repeated = this.#store.list<KubeEvent>(EVENTS, namespace).find((event) => {
      const { involvedObject, reason, message } = event;
      return (
        involvedObject.uid === uid &&
        involvedObject.fieldPath === text.fieldPath &&
        reason === text.reason &&
        message === text.message
      );
    });
    if (repeated) {
      this.#store.update<KubeEvent>(EVENTS, repeated, (event) => {
        event.count = (event.count ?? 1) + 1;
        event.lastTimestamp = timestamp(now);
      });
      return;
    }
    const draft = {
      metadata: { name: `${name}.${this.#random.hex(16)}` },
      ...this.#content(component, object, text, now),
    };
    this.#store.insert(EVENTS, this.#store.prepare(EVENTS, namespace, draft));
  }

  #content(
    component: Component,
    object: KubeObject,
    { type, reason, message, fieldPath }: EventText,
    now: number,
  ): Draft {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const { kind, apiVersion } = object;
    const involvedObject = { kind, namespace, name, uid, apiVersion, resourceVersion, ...(fieldPath && { fieldPath }) };
    const host = component === "kubelet" ? this.#nodeName : undefined;
    if (component === "default-scheduler") {
      // The scheduler already uses the newer events API, which dates an event elsewhere.
      const eventTime = microTimestamp(now);
      const action = reason === "Scheduled" ? "Binding" : "Scheduling";
      const reporting = { reportingComponent: component, reportingInstance: `${component}-control-plane` };
      return {
        involvedObject,
        reason,
        message,
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        type,
        eventTime,
        action,
        ...reporting,
      };
    }
    const at = timestamp(now);
    const source = { component, ...(host && { host }) };
    const times = { firstTimestamp: at, lastTimestamp: at, count: 1, eventTime: null };
    return {
      involvedObject,
      reason,
      message,
      source,
      ...times,
      type,
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
  }
}
