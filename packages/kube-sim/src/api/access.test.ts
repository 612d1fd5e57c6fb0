import { expect, it } from "vitest";
import { Bench, NAMESPACE, PODS_PATH } from "../testing.ts";

const ask = async (bench: Bench, token: string, path: string = PODS_PATH): Promise<number> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await bench.clock.run(bench.sim.fetch(path, { headers }))).status;
};

it("refuses a token from the moment at which it expires, and one that is revoked", async () => {
  const bench = new Bench();
  bench.sim.access.addUser("short", { name: "runner", expiresAt: bench.clock.now() + 1000 });
  expect(await ask(bench, "short")).toBe(200);
  await bench.clock.advance(1000);
  expect(await ask(bench, "short")).toBe(401);
  bench.sim.access.addUser("renewed", { name: "runner" });
  expect(await ask(bench, "renewed")).toBe(200);
  bench.sim.access.revoke("renewed");
  expect(await ask(bench, "renewed")).toBe(401);
});

it("forbids what a denial matches, for one user or for all, until it is taken back", async () => {
  const bench = new Bench();
  for (const name of ["a", "b"]) bench.sim.access.addUser(name, { name });
  const allow = bench.sim.access.deny({ user: "a", verb: "list", resource: "pods", namespace: NAMESPACE });
  expect([await ask(bench, "a"), await ask(bench, "b")]).toEqual([403, 200]);
  expect(await ask(bench, "a", `${PODS_PATH}/x`)).toBe(404);
  allow();
  bench.sim.access.deny({ resource: "pods", name: "x" });
  expect([await ask(bench, "a"), await ask(bench, "b", `${PODS_PATH}/x`)]).toEqual([200, 403]);
});
