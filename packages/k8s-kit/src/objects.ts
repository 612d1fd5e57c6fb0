import type {
  CoreV1Event,
  KubernetesObject,
  V1Job,
  V1Lease,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
} from "@kubernetes/client-node";

/** An object as JSON carries it: client-node's types say `Date` where the API server sends an RFC 3339 string. */
export type Wire<T> = T extends Date ? string : T extends object ? { [Key in keyof T]: Wire<T[Key]> } : T;

export type Job = Wire<V1Job>;
export type Pod = Wire<V1Pod>;
export type Secret = Wire<V1Secret>;
export type PersistentVolumeClaim = Wire<V1PersistentVolumeClaim>;
export type Lease = Wire<V1Lease>;
export type Event = Wire<CoreV1Event>;

/** What every object has. */
export type AnyObject = Wire<KubernetesObject>;

/** A list as the API server sends it. */
export interface ObjectList<T> {
  readonly items?: readonly T[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** URL paths of the collections that this library reads and writes. */
export const collectionPath = {
  jobs: (namespace: string): string => `/apis/batch/v1/namespaces/${namespace}/jobs`,
  pods: (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`,
  secrets: (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`,
  claims: (namespace: string): string => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
  events: (namespace: string): string => `/api/v1/namespaces/${namespace}/events`,
  networkPolicies: (namespace: string): string => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
  leases: (namespace: string): string => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
} as const;
