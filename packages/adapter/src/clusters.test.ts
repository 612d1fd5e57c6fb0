import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clusterOf } from "./clusters.ts";

const kubeconfig = (server: string): string =>
  JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    clusters: [{ name: "k", cluster: { server } }],
    users: [{ name: "u", user: { token: "canary" } }],
  });

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "clusters-")), "config");
  writeFileSync(path, content);
  return path;
}

test("a text leads to its cluster, also beside a path", () => {
  const kubeconfigText = kubeconfig("https://of-the-text:6443");
  const path = file(kubeconfig("https://of-the-file:6443"));
  expect(clusterOf({ kubeconfigText, kubeconfig: path }).server).toBe("https://of-the-text:6443");
  expect(clusterOf({ kubeconfig: path }).server).toBe("https://of-the-file:6443");
});

test("of many, those that were used last are kept", () => {
  const often = { kubeconfigText: kubeconfig("https://often:6443") };
  const once = { kubeconfigText: kubeconfig("https://once:6443") };
  const [kept, gone] = [clusterOf(often), clusterOf(once)];
  for (let at = 0; at < 70; at++) {
    clusterOf({ kubeconfigText: kubeconfig(`https://number-${at}:6443`) });
    clusterOf(often);
  }
  expect(clusterOf(often)).toBe(kept);
  expect(clusterOf(once)).not.toBe(gone);
});

test("runs with the same credentials share a cluster; a file that has changed is another one", () => {
  const kubeconfigText = kubeconfig("https://shared:6443");
  expect(clusterOf({ kubeconfigText })).toBe(clusterOf({ kubeconfigText }));
  const path = file(kubeconfigText);
  const first = clusterOf({ kubeconfig: path });
  expect(clusterOf({ kubeconfig: path })).toBe(first);
  writeFileSync(path, kubeconfig("https://moved:6443"));
  expect(clusterOf({ kubeconfig: path }).server).toBe("https://moved:6443");
});
