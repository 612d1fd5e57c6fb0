import { type Cluster, isForbidden, isNotFound } from "@opencode-k8s/k8s-kit";

/** An object that was asked for: there, or why not. */
export type Answer<T> =
  | { readonly kind: "there"; readonly object: T }
  | { readonly kind: "missing" }
  | { readonly kind: "forbidden" };

/** Gets objects of a cluster, each once, however many checks ask for it. */
export class Look {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<string, Promise<Answer<unknown>>>();

  constructor(cluster: Cluster, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#signal = signal;
  }

  /** @param path from `/` on. @throws KubernetesError, the signal's reason */
  get<T>(path: string): Promise<Answer<T>> {
    const asked = this.#asked.get(path) ?? this.#ask(path);
    this.#asked.set(path, asked);
    // Who asks for a path knows what is there.
    return asked as Promise<Answer<T>>;
  }

  async #ask(path: string): Promise<Answer<unknown>> {
    try {
      return { kind: "there", object: await this.#cluster.persist("GET", path, { signal: this.#signal }) };
    } catch (error) {
      if (isNotFound(error)) return { kind: "missing" };
      if (isForbidden(error)) return { kind: "forbidden" };
      throw error;
    }
  }
}
