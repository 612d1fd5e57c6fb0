import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1Job,
  V1Namespace,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodCondition,
  V1Secret,
} from "@kubernetes/client-node";

/**
 * A client-node type as it looks in JSON: client-node's classes hold `Date` where the wire has an RFC 3339 string.
 * The simulator only ever holds what goes over the wire.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

/** What every stored object has, whatever its kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The metadata of a stored object: the server has filled in what it owns. */
export type ObjectMeta = Wire<V1ObjectMeta> & {
  name: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
};

type Stored<T> = Omit<Wire<T>, "apiVersion" | "kind" | "metadata"> & KubeObject;

/** A namespaced stored object always knows its namespace. */
type StoredIn<T> = Stored<T> & { metadata: { namespace: string } };

export type Namespace = Stored<V1Namespace>;
export type Pod = StoredIn<V1Pod> & {
  spec: NonNullable<Wire<V1Pod>["spec"]>;
  status: NonNullable<Wire<V1Pod>["status"]>;
};
export type Job = StoredIn<V1Job> & {
  spec: NonNullable<Wire<V1Job>["spec"]>;
  status: NonNullable<Wire<V1Job>["status"]>;
};
export type Secret = StoredIn<V1Secret>;
export type Claim = StoredIn<V1PersistentVolumeClaim>;
export type KubeEvent = StoredIn<CoreV1Event>;
export type Container = Wire<V1Container>;
export type ContainerStatus = Wire<V1ContainerStatus>;
export type PodCondition = Wire<V1PodCondition>;
