import { collectionPath } from "@opencode-k8s/k8s-kit";
import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** All of these at once, each in the form in which somebody may have written it. */
const CONFIG = {
  labels: "team=platform\ncost-centre=12",
  nodeSelector: "kubernetes.io/os: linux",
  tolerations: "dedicated=agents:NoSchedule\nspot",
  affinity: JSON.stringify({
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { team: "platform" } },
          },
        },
      ],
    },
  }),
  imagePullSecrets: "not-there, not-there-either",
  serviceAccountName: "default",
  user: { uid: 1234, gid: 2345, fsGroup: "3456" },
  "scratch.tmp": "1Gi",
  maxOutputBytes: "1000000",
  dangerouslySkipPermissions: "false",
  hideEnvironment: true,
  // By default the sessions are on the shared claim, where there is one.
  agentDbMode: undefined,
  extraVolumes: "[{ name: cache, mountPath: /cache, source: { emptyDir: { sizeLimit: 1Gi } } }]",
  envValueFrom: "{ NODE_NAME: { fieldRef: { fieldPath: spec.nodeName } } }",
  envFrom: [{ secretRef: { name: "not-there", optional: true } }],
  authJson: '{ "other": { "type": "api", "key": "canary-auth" } }',
};

/** What each of them is in the pod. */
const SPEC = {
  nodeSelector: { "kubernetes.io/os": "linux" },
  tolerations: expect.arrayContaining([
    { key: "dedicated", operator: "Equal", value: "agents", effect: "NoSchedule" },
    { key: "spot", operator: "Exists" },
  ]) as unknown,
  affinity: { podAntiAffinity: {} },
  imagePullSecrets: [{ name: "not-there" }, { name: "not-there-either" }],
  serviceAccountName: "default",
  automountServiceAccountToken: false,
  securityContext: { runAsUser: 1234, runAsGroup: 2345, fsGroup: 3456 },
  volumes: expect.arrayContaining([
    { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    { name: "extra-cache", emptyDir: { sizeLimit: "1Gi" } },
  ]) as unknown,
};

/** What an operator may configure of the pod reaches it, and the cluster takes all of it together. */
export const manyKeys: Scenario = {
  name: "many keys of the configuration at once",
  async play(world) {
    const { admin, namespace, config } = world.parts;
    const storageClassName = config("text").agentDbStorageClass;
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName };
    await admin.request("POST", collectionPath.claims(namespace), { body: { metadata: { name: "shared" }, spec } });

    const run = world.heartbeat({ config: { ...CONFIG, "dataClaim.claimName": "shared" } });
    const result = await run.heartbeat.result;

    expect(result.errorMessage ?? null).toBeNull();
    // At the top of the shared claim.
    expect(result).toMatchObject({ exitCode: 0, sessionParams: { cwd: "/paperclip" } });
    const job = await run.witness.job();
    expect(job?.metadata?.labels).toMatchObject({ team: "platform", "cost-centre": "12" });
    expect(job?.spec?.template.spec).toMatchObject(SPEC);
    expect(JSON.stringify(job)).not.toContain("canary-auth");
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
