import { KubeSim, scriptedContainers, VirtualClock } from "../index.ts";
import { conformanceSuite, runProgram } from "./index.ts";

conformanceSuite("the simulator", async () => {
  const clock = new VirtualClock();
  const runtime = scriptedContainers((io) => {
    // Some init containers of the suite have no program: one is `false`, the others `true`.
    return io.container.command?.[0] === "false" ? Promise.resolve(1) : runProgram(io);
  });
  const sim = new KubeSim({ clock, runtime });
  sim.images.setMissing("missing.invalid/none:1");
  const namespace = "conformance";
  const headers = { "content-type": "application/json" };
  await sim.fetch("/api/v1/namespaces", {
    method: "POST",
    headers,
    body: JSON.stringify({ metadata: { name: namespace } }),
  });
  return {
    fetch: sim.fetch,
    makeUser: (rules) => {
      const name = `system:serviceaccount:${namespace}:user`;
      const token = `token-of-user`;
      sim.access.addUser(token, { name, rules, namespace });
      return Promise.resolve({ name, token });
    },
    expiredRevision: () => {
      sim.compact();
      return Promise.resolve("1");
    },
    tellsAll: true,
    namespace,
    image: "busybox:1",
    run: (work) => clock.run(work()),
    sleep: (ms) => clock.sleep(ms),
    close: () => Promise.resolve(sim.close()),
  };
});
