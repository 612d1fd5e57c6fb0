/** What is known of an image. */
export type ImageState =
  /** On the node. */
  | { kind: "present" }
  /** In the registry; takes this long to pull, milliseconds. */
  | { kind: "remote"; pullMs?: number }
  /** Cannot be pulled, for this reason (containerd's words). */
  | { kind: "missing"; message: string };

/** Images by name. One that nobody spoke of is present. */
export class Images {
  readonly #states = new Map<string, ImageState>();
  #default: ImageState = { kind: "present" };

  /** Says what becomes of pods that use `image` from now on. `*` stands for all images that are not named. */
  set(image: string, state: ImageState): void {
    if (image === "*") this.#default = state;
    else this.#states.set(image, state);
  }

  /** Makes an image unpullable in the words of containerd for a registry that says 404. */
  setMissing(image: string, message: string = notFoundMessage(image)): void {
    this.set(image, { kind: "missing", message });
  }

  get(image: string): ImageState {
    return this.#states.get(image) ?? this.#default;
  }

  /** Called when a pull is done. */
  pulled(image: string): void {
    this.#states.set(image, { kind: "present" });
  }
}

function notFoundMessage(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
}
