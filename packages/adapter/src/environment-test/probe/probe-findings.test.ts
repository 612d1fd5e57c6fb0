import { describe, expect, test } from "vitest";
import { readRunConfig } from "../../config/index.ts";
import { toCheck } from "../finding.ts";
import { probeFindings } from "./probe-findings.ts";
import type { ProbeResult } from "./run-probe.ts";

const URL = "http://paperclip:3100";
const good: ProbeResult = {
  started: true,
  diagnosis: null,
  lastSeen: "Starting pod p on node1",
  answer: { opencode: { kind: "version", version: "1.18.33" }, api: { kind: "status", status: 200 } },
};

/** With another word on one of the two, or without. */
function answered(part: { opencode?: unknown } | { api?: unknown }): ProbeResult["answer"] {
  return { ...good.answer, ...part } as ProbeResult["answer"];
}

function said(result: Partial<ProbeResult>, apiUrl: string | undefined = URL, config: object = {}): string[] {
  const read = readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, "company-1");
  const found = probeFindings({ ...good, ...result }, { apiUrl, config: read });
  return found.map(toCheck).map(({ level, code, message, hint }) => [level, code, message, hint].join(" | "));
}

const diagnosis = {
  category: "image_pull",
  summary: "The image cannot be pulled",
  detail: "not found",
  remedy: "Check it.",
  startedUserCode: false,
  retryable: false,
  final: true,
} as const;

test("all is well", () => {
  expect(said({})).toEqual([
    expect.stringMatching(/^info \| opencode_found \| The image has OpenCode 1\.18\.33\./),
    expect.stringMatching(/^info \| paperclip_api_reachable/),
  ]);
});

describe("a pod that did not start", () => {
  test.each<[string, Partial<ProbeResult>, RegExp]>([
    ["says what the cluster says", { diagnosis }, /^error \| k8s_image_pull_failed \| .*not found\. \| Check it\.$/],
    [
      "may still do so",
      { diagnosis: { ...diagnosis, category: "unschedulable", final: false } },
      /^warn \| k8s_pod_schedule_failed/,
    ],
    [
      "for want of a Secret will not, though the cluster goes on trying",
      { diagnosis: { ...diagnosis, category: "container_config", final: false } },
      /^error \| k8s_container_config_error/,
    ],
    [
      "is refused as a run's would be",
      {
        diagnosis: {
          ...diagnosis,
          category: "pod_rejected",
          detail: 'violates PodSecurity "baseline:latest": privileged (container "dind"',
        },
      },
      /^error \| k8s_pod_security \| .*remove dind\.image/,
    ],
    [
      "is refused for a quota that others hold",
      { diagnosis: { ...diagnosis, category: "pod_rejected", detail: "exceeded quota: q", final: false } },
      /^warn \| k8s_pod_rejected/,
    ],
    ["was ended by somebody", { diagnosis: { ...diagnosis, category: "deleted" } }, /^error \| k8s_probe_failed/],
    ["is only late", {}, /^warn \| k8s_probe_unfinished \| .*Starting pod p on node1/],
  ])("%s", (_, result, wanted) => {
    expect(said({ started: false, answer: {}, ...result })).toEqual([expect.stringMatching(wanted)]);
  });

  test("or could not start its program says so", () => {
    const failed = { ...diagnosis, category: "container_config", detail: "/bin/sh: not found" } as const;
    expect(said({ answer: {}, diagnosis: failed })).toEqual([expect.stringMatching(/^error .*\/bin\/sh: not found/)]);
  });
});

describe("OpenCode", () => {
  test.each<[string, ProbeResult["answer"]["opencode"], RegExp]>([
    ["is missing", { kind: "missing", path: "/bin" }, /^error \| opencode_missing \| The image opencode:1 .*\(\/bin\)/],
    ["fails", { kind: "failed", said: "" }, /^error \| opencode_failed \| .*it said nothing/],
    ["is slow", undefined, /^warn \| opencode_unknown/],
  ])("%s", (_, opencode, wanted) => {
    expect(said({ answer: answered({ opencode }) })[0]).toMatch(wanted);
  });
});

describe("Paperclip's API", () => {
  test.each<[string, ProbeResult["answer"]["api"], RegExp]>([
    [
      "refuses the name of its host",
      { kind: "status", status: 403 },
      /^warn \| paperclip_api_refuses \| .*HTTP 403.*allowed-hostname/,
    ],
    [
      "is something else",
      { kind: "status", status: 302 },
      /^warn \| paperclip_api_refuses \| .*HTTP 302\. \| Check paperclipApiUrl/,
    ],
    [
      "is not there",
      { kind: "unreachable", why: "ConnectionRefused" },
      /^error \| paperclip_api_unreachable \| .*ConnectionRefused/,
    ],
    ["cannot be asked", { kind: "unchecked" }, /^warn \| paperclip_api_unknown \| .*neither/],
    ["does not answer in time", undefined, /^warn \| paperclip_api_unknown \| .*in time/],
  ])("%s", (_, api, wanted) => {
    expect(said({ answer: answered({ api }) })[1]).toMatch(wanted);
  });

  test("is told elsewhere where no pod could know it", () => {
    expect(said({}, "http://localhost:3100")).toHaveLength(1);
    expect(
      probeFindings(good, {
        apiUrl: undefined,
        config: readRunConfig({ model: "a/b", namespace: "n", image: "i" }, "c"),
      }),
    ).toHaveLength(1);
  });

  test("is reached without the agent's own policy, which the finding says", () => {
    expect(said({}, URL, { networkPolicy: { dns: { cidrs: [] } } })[1]).toMatch(/networkPolicy was not in force/);
  });
});
