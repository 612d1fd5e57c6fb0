import { expect, test } from "vitest";
import type { RunNameResolution } from "../input/name-resolution.ts";
import { nameResolution } from "./name-resolution.ts";

test("the cluster's own, unless something else is asked for", () => {
  expect(nameResolution({})).toEqual({});
});

test("addresses are written as Kubernetes writes them", () => {
  const dnsConfig = { nameservers: ["10.96.0.10", "FD00:0:0::A"], searches: ["corp.example."], options: [] };
  expect(nameResolution({ dnsPolicy: "None", dnsConfig })).toEqual({
    dnsPolicy: "None",
    dnsConfig: { nameservers: ["10.96.0.10", "fd00::a"], searches: ["corp.example."] },
  });
});

test.each<[RunNameResolution, string]>([
  [{ dnsPolicy: "None" }, "dnsPolicy"],
  [{ dnsPolicy: "Cluster" as "None", dnsConfig: { nameservers: ["10.0.0.1"] } }, "dnsPolicy"],
  [{ dnsConfig: { nameservers: ["10.0.0.01"] } }, "dnsConfig.nameservers[0]"],
  [{ dnsConfig: { nameservers: ["fe80::1%eth0"] } }, "dnsConfig.nameservers[0]"],
  [{ dnsConfig: { nameservers: ["::ffff:10.0.0.1"] } }, "dnsConfig.nameservers[0]"],
  [{ dnsConfig: { nameservers: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"] } }, "dnsConfig.nameservers"],
  [{ dnsConfig: { searches: ["no good"] } }, "dnsConfig.searches[0]"],
  [{ dnsConfig: { options: [{ value: "1" }] } }, "dnsConfig.options[0].name"],
])("%j is refused by name", (asked, field) => {
  expect(() => nameResolution(asked)).toThrow(expect.objectContaining({ name: "ManifestError", field }));
});
