/** A kubeconfig that cannot be used: which file, which key, what to do. Never a value of it but a name. A retry does not help. */
export class KubeConfigError extends Error {
  override readonly name = "KubeConfigError";
}
