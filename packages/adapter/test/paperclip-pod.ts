import type { Pod } from "@opencode-k8s/k8s-kit";

/** A pod of Paperclip's Deployment, as an API server gives it back: with what admission added. */
export const PAPERCLIP_POD: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "paperclip-6d4b9f-x7k2p", namespace: "paperclip", uid: "u-1" },
  spec: {
    serviceAccountName: "paperclip",
    priorityClassName: "important",
    dnsPolicy: "ClusterFirst",
    dnsConfig: { options: [{ name: "ndots", value: "2" }] },
    imagePullSecrets: [{ name: "registry" }],
    nodeSelector: { pool: "paperclip" },
    runtimeClassName: "gvisor",
    tolerations: [
      { key: "dedicated", operator: "Equal", value: "paperclip", effect: "NoSchedule" },
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
      { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }],
        },
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "paperclip" } } },
        ],
      },
    },
    securityContext: { runAsUser: 0, fsGroup: 2000 },
    containers: [
      { name: "proxy", image: "envoy:1", volumeMounts: [] },
      {
        name: "paperclip",
        image: "registry.example.com/paperclip:2026.916.1",
        securityContext: { runAsUser: 1001, runAsGroup: 1001 },
        env: [
          { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
          { name: "DATABASE_URL", value: "postgres://canary-database" },
          { name: "BETTER_AUTH_SECRET", valueFrom: { secretKeyRef: { name: "paperclip", key: "auth" } } },
          { name: "ANTHROPIC_API_KEY", valueFrom: { secretKeyRef: { name: "providers", key: "anthropic" } } },
          { name: "AWS_REGION", valueFrom: { configMapKeyRef: { name: "aws", key: "region" } } },
          { name: "HTTPS_PROXY", value: "http://proxy.$(POD_NAMESPACE):3128" },
          { name: "NO_PROXY", value: ".svc" },
          { name: "NODE_EXTRA_CA_CERTS", value: "/etc/ca/ca.crt" },
          { name: "NODE_ENV", value: "production" },
          { name: "HOME", value: "/paperclip" },
        ],
        envFrom: [{ secretRef: { name: "paperclip-env" } }],
        volumeMounts: [
          { name: "data", mountPath: "/paperclip", subPath: "live" },
          { name: "ca", mountPath: "/etc/ca", readOnly: true },
          { name: "tls", mountPath: "/etc/tls", readOnly: true },
          { name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: "paperclip-data" } },
      { name: "ca", configMap: { name: "company-ca", defaultMode: 420 } },
      { name: "tls", secret: { secretName: "paperclip-tls", defaultMode: 420 } },
      { name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } },
    ],
  },
  status: { phase: "Running", podIP: "10.244.0.7" },
};

/** Environment of the server in it: with the values of what the pod only refers to. */
export const PAPERCLIP_ENV: Readonly<Record<string, string>> = {
  KUBERNETES_SERVICE_HOST: "10.96.0.1",
  KUBERNETES_SERVICE_PORT: "443",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOSTNAME: "paperclip-6d4b9f-x7k2p",
  POD_NAME: "paperclip-6d4b9f-x7k2p",
  POD_NAMESPACE: "paperclip",
  DATABASE_URL: "postgres://canary-database",
  BETTER_AUTH_SECRET: "canary-auth",
  ANTHROPIC_API_KEY: "canary-anthropic",
  OPENAI_API_KEY: "canary-openai",
  AWS_REGION: "eu-central-1",
  HTTPS_PROXY: "http://proxy.paperclip:3128",
  NO_PROXY: ".svc",
  NODE_EXTRA_CA_CERTS: "/etc/ca/ca.crt",
  TEAM_TOKEN: "canary-team",
  PAPERCLIP_LISTEN_HOST: "0.0.0.0",
  PAPERCLIP_LISTEN_PORT: "3100",
  PAPERCLIP_API_URL: "http://localhost:3100",
};
