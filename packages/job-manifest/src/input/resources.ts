/** Kubernetes quantities, such as `500m` or `2Gi`. */
export interface RunResources {
  requests: Readonly<Record<string, string>>;
  limits: Readonly<Record<string, string>>;
}
