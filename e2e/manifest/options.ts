import type { RunInput } from "@opencode-k8s/job-manifest";

/** A run with nothing in it that has to be there. */
export function plainRun(namespace: string): RunInput {
  return {
    namespace,
    agentId: "5f3c1c9e-8a44-4d7b-9a53-2f6f5d1f0b11",
    agentName: "Ada",
    runId: "0d9a6a3e-6f0a-4d53-8d1a-6c1f0c9f7e21",
    companyId: "c0ffee00-1111-4222-8333-444455556666",
    taskId: "7c7c7c7c-aaaa-4bbb-8ccc-dddddddddddd",
    image: "registry.example.com/opencode:1",
    imagePullPolicy: "IfNotPresent",
    resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } },
    prompt: "Do it.",
    model: "example/coder",
    openCodeConfig: {},
    extraArgs: [],
    env: { A: "1" },
    workingDir: "/workspace",
    timeoutSec: 0,
    graceSec: 60,
    ttlSecondsAfterFinished: 86_400,
    database: { mode: "ephemeral" },
  };
}

/** Each option of a run, and the ways in which it is given; but for {@link UNRESTRICTED}. */
export function options(className: string, serviceAccountName: string): Readonly<Record<string, Partial<RunInput>[]>> {
  const selector = { matchLabels: { app: "x" } };
  return {
    taskAndSession: [{}, { sessionId: "ses_1" }, { title: "a title" }],
    variant: [{}, { variant: "high" }],
    files: [{}, { files: [{ path: "skills/ü/run.sh", content: "#!/bin/sh", executable: true }] }],
    authJson: [{}, { authJson: "{}" }],
    openCodeConfig: [{}, { openCodeConfig: { provider: { example: { npm: "x", models: { coder: {} } } } } }],
    maxOutputBytes: [{}, { maxOutputBytes: 1 }],
    networkPolicy: [
      {},
      {
        networkPolicy: {
          dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
          paperclip: { cidrs: ["10.0.0.1/32"], port: 3100 },
          egress: [{ cidrs: ["203.0.113.0/24", "2001:DB8:0::/32"], ports: [443] }, { cidrs: ["::/0"] }],
        },
      },
    ],
    extraArgs: [{}, { extraArgs: ["--thinking", "$(HOME) ü"] }],
    env: [{}, { env: {} }, { env: { B: "$(A)\n😀", C: "" } }],
    prompt: [{}, { prompt: "x".repeat(1_100_000) }],
    providerKeys: [{}, { providerKeys: { example: "a key" } }],
    envValueFrom: [
      {},
      {
        envValueFrom: { D: { secretKeyRef: { name: "s", key: "k" } }, E: { fieldRef: { fieldPath: "metadata.uid" } } },
      },
    ],
    envFrom: [{}, { envFrom: [{ prefix: "P_", configMapRef: { name: "c" } }, { secretRef: { name: "s" } }] }],
    time: [{}, { timeoutSec: 3600, activeDeadlineSeconds: 4000 }],
    resources: [
      {},
      { resources: { requests: {}, limits: {} } },
      {
        resources: {
          requests: { cpu: "0.5", "ephemeral-storage": "1Gi" },
          limits: { cpu: "500m", "ephemeral-storage": "2Gi", "example.com/gpu": "1" },
        },
      },
    ],
    imagePullPolicy: [{}, { imagePullPolicy: "Always" }, { imagePullPolicy: "Never" }],
    imagePullSecrets: [{}, { imagePullSecrets: ["registry", "registry", "other"] }],
    database: [{}, { database: { mode: "dedicated_pvc", storageClass: "fast", capacity: "1Gi" } }],
    dataClaim: [
      {},
      { dataClaim: { claimName: "paperclip", mountPath: "/paperclip" }, workingDir: "/paperclip/a", keptOutputs: 10 },
      { dataClaim: { claimName: "paperclip", mountPath: "/paperclip" }, database: { mode: "workspace_subpath" } },
      { dataClaim: { claimName: "paperclip", mountPath: "/data", subPath: "a/b", readOnly: true } },
    ],
    scratch: [{}, { scratch: { tmp: "1Gi" } }],
    extraVolumes: [
      {},
      {
        extraVolumes: [
          { name: "a", mountPath: "/a", readOnly: true, source: { configMap: { name: "a" } } },
          { name: "b", mountPath: "/b", subPath: "x", source: { secret: { secretName: "b" } } },
          { name: "c", mountPath: "/c", source: { emptyDir: { sizeLimit: "1Gi" } } },
          { name: "d", mountPath: "/d", source: { persistentVolumeClaim: { claimName: "d" } } },
          { name: "e", mountPath: "/e", source: { csi: { driver: "csi.example.com", readOnly: true } } },
          { name: "f", mountPath: "/f", source: { projected: { sources: [{ configMap: { name: "f" } }] } } },
          {
            name: "g",
            mountPath: "/g",
            source: { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
          },
        ],
      },
    ],
    nodeSelector: [{}, { nodeSelector: { "kubernetes.io/os": "linux" } }],
    tolerations: [{}, { tolerations: [{ operator: "Exists" }, { key: "a", value: "b", effect: "NoSchedule" }] }],
    affinity: [
      {},
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] }],
            },
          },
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone", labelSelector: selector }],
          },
        },
      },
    ],
    priorityClassName: [{}, { priorityClassName: className }],
    runtimeClassName: [{}, { runtimeClassName: className }],
    labels: [{}, { labels: { team: "red", "example.com/a": "" }, annotations: { "example.com/note": "ü 😀\n" } }],
    serviceAccount: [{}, { serviceAccountName }, { serviceAccountName, automountServiceAccountToken: true }],
    user: [{}, { user: { uid: 2000, gid: 3000, fsGroup: 4000 } }],
    dns: [
      {},
      { dnsPolicy: "Default" },
      { dnsPolicy: "None", dnsConfig: { nameservers: ["10.96.0.10", "FD00::A"], options: [{ name: "ndots" }] } },
    ],
  };
}

/** Those that only a namespace without a profile of Pod Security takes. */
export const UNRESTRICTED: Readonly<Record<string, Partial<RunInput>[]>> = {
  dind: [
    {
      dind: {
        image: "docker:28-dind",
        storage: "1Gi",
        resources: { requests: { cpu: "0.1" }, limits: { memory: "1Gi" } },
      },
    },
  ],
};
