import type { Pod } from "@opencode-k8s/k8s-kit";
import { describe, expect, test } from "vitest";
import { PAPERCLIP_ENV, PAPERCLIP_POD } from "../../test/paperclip-pod.ts";
import { type CompleteConfig, completeConfig } from "./complete-config.ts";
import type { OwnPod } from "./own-pod.ts";

const MODEL = { model: "anthropic/claude" };

function complete(raw: Record<string, unknown>, own: OwnPod, env = PAPERCLIP_ENV): CompleteConfig {
  return completeConfig({ ...MODEL, ...raw }, "company-1", own, { env, readText: () => undefined });
}

/** The configuration with what the pod has; its spec may have other parts. */
const inherit = (raw: Record<string, unknown>, spec: Partial<Pod["spec"]> = {}, env = PAPERCLIP_ENV): CompleteConfig =>
  complete(raw, { kind: "found", pod: { ...PAPERCLIP_POD, spec: { ...spec0(), ...spec } } }, env);

const spec0 = (): NonNullable<Pod["spec"]> => PAPERCLIP_POD.spec ?? { containers: [] };

/** Paperclip's container with other parts. */
function container(parts: Record<string, unknown>): Partial<Pod["spec"]> {
  const [proxy, paperclip] = spec0().containers;
  return { containers: proxy && paperclip ? [proxy, { ...paperclip, ...parts }] : [] };
}

describe("what is not configured", () => {
  test("is as the Paperclip pod has it: where it starts, whom it reaches, what it shares", () => {
    expect(inherit({}).config).toMatchObject({
      namespace: "paperclip",
      image: "registry.example.com/paperclip:2026.916.1",
      imagePullSecrets: ["registry"],
      dnsConfig: { options: [{ name: "ndots", value: "2" }] },
      nodeSelector: { pool: "paperclip" },
      tolerations: [{ key: "dedicated", operator: "Equal", value: "paperclip", effect: "NoSchedule" }],
      runtimeClassName: "gvisor",
      "user.uid": 1001,
      "user.gid": 1001,
      "user.fsGroup": 2000,
      "dataClaim.claimName": "paperclip-data",
      "dataClaim.mountPath": "/paperclip",
      "dataClaim.subPath": "live",
      "dataClaim.readOnly": false,
    });
  });

  test("is not its priority, and not its rules about other pods", () => {
    const { config } = inherit({});
    expect(config.priorityClassName).toBeUndefined();
    expect(Object.keys(config.affinity ?? {})).toEqual(["nodeAffinity"]);
  });

  test("is told in a line of the run, by its key", () => {
    const [line = ""] = inherit({}).notes;
    expect(line).toMatch(
      /^From the Paperclip pod paperclip\/paperclip-6d4b9f-x7k2p: namespace paperclip, image registry/,
    );
    for (const key of ["imagePullSecrets", "dnsConfig", "nodeSelector", "tolerations", "user.uid", "dataClaim.subPath"])
      expect(line).toContain(key);
  });
});

describe("what is configured wins", () => {
  test.each([
    [{ image: "mine:1" }, { image: "mine:1" }],
    [{ imagePullSecrets: "mine" }, { imagePullSecrets: ["mine"] }],
    [{ tolerations: "spot" }, { tolerations: [{ key: "spot", operator: "Exists" }] }],
    [{ user: { uid: 5 } }, { "user.uid": 5, "user.gid": 1001 }],
    [{ "dataClaim.subPath": "other" }, { "dataClaim.claimName": "paperclip-data", "dataClaim.subPath": "other" }],
  ])("%j", (raw, expected) => {
    expect(inherit(raw).config).toMatchObject(expected);
  });

  test("over all that says the same: nodes, name resolution, the claim", () => {
    expect(inherit({ nodeSelector: "pool=agents" }).config.affinity).toBeUndefined();
    expect(inherit({ dnsPolicy: "Default" }).config.dnsConfig).toBeUndefined();
    expect(inherit({ "dataClaim.claimName": "mine" }).config["dataClaim.subPath"]).toBeUndefined();
  });

  test("and an inherited image must be one that is allowed", () => {
    expect(() => inherit({ imageAllowlist: "mine:*" })).toThrow(/^image: .*registry\.example\.com/);
  });
});

describe("the claim", () => {
  const claimOf = (raw: Record<string, unknown>, spec: Partial<Pod["spec"]>) =>
    inherit(raw, spec).config["dataClaim.claimName"];
  const mounted = (mount: Record<string, unknown>) => container({ volumeMounts: [{ name: "data", ...mount }] });

  test("is the one that is mounted at dataClaim.mountPath", () => {
    expect(claimOf({ "dataClaim.mountPath": "/data" }, mounted({ mountPath: "/data/" }))).toBe("paperclip-data");
    expect(claimOf({}, mounted({ mountPath: "/data" }))).toBeUndefined();
  });

  test("is read-only where it is in the Paperclip pod", () => {
    const spec = mounted({ mountPath: "/paperclip", readOnly: true });
    expect(inherit({}, spec).config["dataClaim.readOnly"]).toBe(true);
  });

  test("is none where the folder on it depends on the pod, and where the volume is none of a claim", () => {
    expect(claimOf({}, mounted({ mountPath: "/paperclip", subPathExpr: "$(POD_NAME)" }))).toBeUndefined();
    expect(claimOf({}, { volumes: [{ name: "data", emptyDir: {} }] })).toBeUndefined();
  });
});

test("root is nobody that an agent could be", () => {
  const { config } = inherit({}, container({ securityContext: { runAsUser: 0 } }));
  expect(config["user.uid"]).toBeUndefined();
});

test("without a container called paperclip it is the one that mounts the data", () => {
  const [proxy, paperclip] = spec0().containers;
  const containers = proxy && paperclip ? [proxy, { ...paperclip, name: "server" }] : [];
  expect(inherit({}, { containers }).config.image).toBe("registry.example.com/paperclip:2026.916.1");
});

test("in another namespace objects of Paperclip's mean nothing, and the run says so", () => {
  const { config, notes } = inherit({ namespace: "agents" });
  expect(config).toMatchObject({ namespace: "agents", image: "registry.example.com/paperclip:2026.916.1" });
  expect(config.imagePullSecrets).toEqual([]);
  expect(config["dataClaim.claimName"]).toBeUndefined();
  expect(notes).toContainEqual(
    expect.stringMatching(/^Not from .* of paperclip: imagePullSecrets, dataClaim\.claimName/),
  );
});

describe("Paperclip's address", () => {
  const urlOf = (raw: Record<string, unknown>, env = PAPERCLIP_ENV, spec: Partial<Pod["spec"]> = {}) =>
    inherit(raw, spec, env).config.paperclipApiUrl;
  const set = container({ env: [{ name: "PAPERCLIP_API_URL", value: "http://paperclip.paperclip:3100" }] });

  test("is what is configured, and nothing else", () => {
    expect(urlOf({ paperclipApiUrl: "https://mine/" })).toBe("https://mine");
    expect(urlOf({ env: { PAPERCLIP_API_URL: "https://mine" } }, PAPERCLIP_ENV, set)).toBeUndefined();
  });

  test("is what its Deployment has set", () => {
    expect(urlOf({}, PAPERCLIP_ENV, set)).toBe("http://paperclip.paperclip:3100");
  });

  test("is its pod's where the server names only its loopback and listens on all addresses", () => {
    expect(urlOf({})).toBe("http://10.244.0.7:3100");
    expect(urlOf({}, { ...PAPERCLIP_ENV, PAPERCLIP_LISTEN_HOST: "127.0.0.1" })).toBeUndefined();
    expect(urlOf({}, { ...PAPERCLIP_ENV, PAPERCLIP_API_URL: "https://paperclip.example.com" })).toBeUndefined();
  });
});

describe("without a pod to inherit from", () => {
  const why = "The Paperclip pod a/b could not be read: do this.";

  test("image and namespace are required", () => {
    expect(() => complete({}, { kind: "none" })).toThrow(/^namespace: .*; image: /);
    expect(complete({ image: "i", namespace: "n" }, { kind: "none" }).notes).toEqual([]);
  });

  test("because it cannot be read they are, too, and it is said what to do", () => {
    const problem = (): unknown => complete({ model: undefined }, { kind: "unreadable", why });
    expect(problem).toThrow(/namespace: [^;]*, or inherit it\. The Paperclip pod a\/b could not be read: do this\./);
    expect(problem).not.toThrow(/model: [^;]*inherit/);
  });

  test("and with both a run begins, and says that nothing is inherited", () => {
    const { config, notes } = complete({ image: "i", namespace: "n" }, { kind: "unreadable", why });
    expect(config).toMatchObject({ image: "i", namespace: "n" });
    expect(notes).toEqual([expect.stringContaining(why)]);
  });
});
