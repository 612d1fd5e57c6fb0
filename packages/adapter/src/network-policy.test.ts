import { describe, expect, test } from "vitest";
import { ANSWER, NAMESPACE, printLines, receiptFor, simRun } from "../test/sim-run.ts";

const PATH = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`;
const NAME = "opencode-network-agent-1";
const config = { networkPolicy: { dns: { cidrs: ["10.96.0.10/32"] } } };

const answering = {
  config,
  script: (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]) => {
    printLines(io, [...ANSWER, receiptFor(ANSWER)]);
    return Promise.resolve(0);
  },
};

describe("the policy of an agent's pods", () => {
  test("is there before the Job, and stays when the run is over", async () => {
    const run = simRun(answering);
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    const created = run.sim.requests.filter(({ verb }) => verb === "create").map(({ resource }) => resource);
    expect(created.indexOf("networkpolicies")).toBeLessThan(created.indexOf("jobs"));
    expect(created).toContain("networkpolicies");
    const policy = await run.clock.run(run.cluster.request("GET", `${PATH}/${NAME}`));
    expect(policy).toMatchObject({ spec: { egress: [{ to: [{ ipBlock: { cidr: "10.96.0.10/32" } }] }] } });
    expect(policy).not.toHaveProperty("metadata.ownerReferences");
  });

  test("is what this run wants, whatever the last one's was", async () => {
    const run = simRun(answering);
    await run.clock.run(run.cluster.request("POST", PATH, { body: { metadata: { name: NAME }, spec: {} } }));
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    const policy = await run.clock.run(run.cluster.request("GET", `${PATH}/${NAME}`));
    expect(policy).toMatchObject({ spec: { policyTypes: ["Ingress", "Egress"], egress: [{}] } });
  });

  test("that may not be made keeps the run from having a Job", async () => {
    const run = simRun(answering);
    run.sim.faults.answer({ verb: "create", resource: "networkpolicies" }, { status: 403, message: "forbidden" });
    expect(await run.result()).toMatchObject({ errorCode: "k8s_forbidden" });
    expect(run.sim.requests.some(({ verb, resource }) => verb === "create" && resource === "jobs")).toBe(false);
  });
});
