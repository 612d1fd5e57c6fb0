import { expect, test } from "vitest";
import { stringify } from "yaml";
import { buildRunObjects } from "./build-run-objects.ts";
import type { RunInput } from "./input/run-input.ts";
import { sampleInput } from "./sample-input.ts";

/** The manifests of each mode, to be read by whoever lets them into a cluster. `vitest -u` writes them anew. */
const modes: Record<string, RunInput> = {
  ephemeral: sampleInput,
  "dedicated-pvc": {
    ...sampleInput,
    sessionId: "ses_4a1b2c3d4e5f6a7b8c9d0e1f",
    database: { mode: "dedicated_pvc", storageClass: "fast", capacity: "1Gi" },
  },
  "carried-files": {
    ...sampleInput,
    files: [
      { path: "instructions/AGENTS.md", content: "Be brief.\n" },
      { path: "skills/release/SKILL.md", content: "---\nname: release\ndescription: Releases.\n---\nRun check.sh.\n" },
      { path: "skills/release/check.sh", content: "#!/bin/sh\n", executable: true },
    ],
  },
  "provider-keys": {
    ...sampleInput,
    providerKeys: { anthropic: "not-a-real-key-of-a-provider" },
    authJson: '{"openai":{"type":"api","key":"not-a-real-key-either"}}',
  },
  dind: {
    ...sampleInput,
    dind: {
      image: "registry.example.com/mirror/docker:28-dind",
      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "4000m", memory: "8Gi" } },
    },
  },
  "network-policy": {
    ...sampleInput,
    networkPolicy: {
      dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
      paperclip: { namespace: "paperclip", podLabels: { app: "paperclip" }, port: 3100 },
      egress: [{ cidrs: ["203.0.113.0/24"], ports: [443] }],
    },
  },
  placed: {
    ...sampleInput,
    imagePullSecrets: ["registry"],
    serviceAccountName: "agent",
    automountServiceAccountToken: true,
    user: { uid: 2000, gid: 2000, fsGroup: 2000 },
    labels: { team: "red" },
    annotations: { "example.com/cost-centre": "42" },
    nodeSelector: { pool: "agents" },
    tolerations: [{ key: "example.com/agents", operator: "Exists", effect: "NoSchedule" }],
    priorityClassName: "agents",
    runtimeClassName: "gvisor",
    dnsPolicy: "None",
    dnsConfig: { nameservers: ["10.96.0.10"], searches: ["corp.example"], options: [{ name: "ndots", value: "2" }] },
  },
  "shared-claim": {
    ...sampleInput,
    workingDir: "/paperclip/projects/site",
    dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
    extraVolumes: [
      { name: "ca", mountPath: "/etc/company-ca", readOnly: true, source: { configMap: { name: "company-ca" } } },
    ],
    database: { mode: "workspace_subpath" },
    keptOutputs: 10,
  },
};

test.each(Object.entries(modes))("golden/%s.yaml", async (mode, input) => {
  const { job, secrets, claim, networkPolicy } = buildRunObjects(input);
  const documents = [claim, networkPolicy, job, ...secrets].filter((object) => object !== undefined);
  const text = documents
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
  await expect(text).toMatchFileSnapshot(`../golden/${mode}.yaml`);
});
