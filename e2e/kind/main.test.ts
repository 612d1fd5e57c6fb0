import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCodeVersion } from "@opencode-k8s/kube-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readVersions } from "./versions.ts";

const MAIN = join(import.meta.dirname, "main.ts");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "e2e-kind-test-"));
  await mkdir(join(folder, "bin"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Answers of the programs in place of docker, kind and vitest, by the first words of the call; a script of `sh`. */
type Answers = Readonly<Record<string, string>>;

const docker: Answers = {
  version: "echo 28.2.2",
  "buildx version": "echo github.com/docker/buildx v0.30.1",
  // Of both address families, as Docker has it: the second is this machine's.
  "network inspect": "echo fc00:f853::1; echo 127.0.0.1",
};
const kind: Answers = { version: "echo 'kind v0.33.0 go1.26.8 linux/amd64'", "get clusters": "echo somebody-elses" };
const vitest: Answers = {
  run: 'echo "suite on $E2E_HOST_IP with $E2E_AGENT_IMAGE and $E2E_SHELL_IMAGE on $E2E_STORAGE_CLASS"',
};

/** A program that keeps how it was called, and answers. */
async function fake(name: string, answers: Answers): Promise<void> {
  const cases = Object.entries(answers).map(([call, script]) => `  "${call}"*) ${script} ;;\n`);
  const script = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${folder}/calls'\ncase "$*" in\n${cases.join("")}esac\n`;
  await writeFile(join(folder, "bin", name), script, { mode: 0o755 });
}

interface Ended {
  readonly code: number;
  readonly said: string;
  /** How docker, kind and vitest were called, with the kubeconfig's folder as `DIR`. */
  readonly calls: readonly string[];
}

/** `pnpm e2e:kind` with nothing else in its PATH. A call that starts with `interruptAt` is answered with a signal. */
async function e2eKind(args: readonly string[], interrupt?: { at: string; with: NodeJS.Signals }): Promise<Ended> {
  const env = { PATH: join(folder, "bin"), TMPDIR: folder };
  const { promise, resolve } = Promise.withResolvers<Omit<Ended, "calls">>();
  const child = execFile(process.execPath, [MAIN, ...args], { env, timeout: 30_000 }, (error, stdout, stderr) =>
    resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, said: stdout + stderr }),
  );
  child.stdout?.on("data", (text: string) => {
    if (interrupt !== undefined && text.includes(interrupt.at)) child.kill(interrupt.with);
  });
  const ended = await promise;
  const calls = await readFile(join(folder, "calls"), "utf8").catch(() => "");
  const lines = calls.trimEnd().split("\n");
  return { ...ended, calls: lines.map((line) => line.replace(/\S+e2e-kind-\w+/, "DIR")) };
}

const DELETED = "kind delete cluster --name opencode-k8s-e2e --kubeconfig DIR/kubeconfig";

test("a cluster of the newest minor, both images, the suite with what it asks for, and no cluster in the end", async () => {
  await Promise.all([fake("docker", docker), fake("kind", kind), fake("vitest", vitest)]);
  const { nodes } = await readVersions();
  const openCode = await openCodeVersion();
  const { code, said, calls } = await e2eKind(["--project", "shared", "scenarios", "-t", "cancelled"]);
  expect(calls.slice(4)).toEqual([
    `kind create cluster --name opencode-k8s-e2e --kubeconfig DIR/kubeconfig --image ${nodes["1.37"]} --config e2e/kind/cluster.yaml --wait 300s`,
    "docker network inspect kind --format {{range .IPAM.Config}}{{println .Gateway}}{{end}}",
    `docker build --tag e2e.local/opencode:${openCode} --build-arg OPENCODE=${openCode} images/agent`,
    "docker build --tag e2e.local/shell:1 --file e2e/kind/shell.Dockerfile e2e/kind",
    `kind load docker-image e2e.local/opencode:${openCode} e2e.local/shell:1 --name opencode-k8s-e2e`,
    "vitest run --config e2e/vitest.config.ts --project shared scenarios -t cancelled",
    DELETED,
  ]);
  expect(said).toContain(`suite on 127.0.0.1 with e2e.local/opencode:${openCode} and e2e.local/shell:1 on standard`);
  expect(code).toBe(0);
});

test("a suite that fails: its exit code, the nodes' logs, and no cluster in the end", async () => {
  await Promise.all([fake("docker", docker), fake("kind", kind), fake("vitest", { run: "exit 3" })]);
  const { code, calls } = await e2eKind(["--logs", "/logs", "--kubernetes", "1.33"]);
  expect(calls.slice(-2)).toEqual(["kind export logs /logs --name opencode-k8s-e2e", DELETED]);
  expect(calls[4]).toContain("kindest/node:v1.33.");
  expect(code).toBe(3);
});

test.each([
  ["kind create", docker, { ...kind, "create cluster": "exit 1" }],
  ["docker build", { ...docker, build: "exit 1" }, kind],
  ["kind load", docker, { ...kind, load: "exit 1" }],
])("%s fails: the suite is not started, and the cluster deleted, also with --keep", async (call, dockers, kinds) => {
  await Promise.all([fake("docker", dockers), fake("kind", kinds), fake("vitest", vitest)]);
  const { code, said, calls } = await e2eKind(["--keep"]);
  expect(said).toMatch(new RegExp(`^${call}.*: exit code 1$`, "m"));
  expect(calls.filter((each) => each.startsWith("vitest"))).toEqual([]);
  expect(calls.at(-1)).toBe(DELETED);
  expect(code).toBe(1);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while the suite runs: it is ended, and the cluster deleted",
  async (signal) => {
    const lasting = { run: "echo started; /bin/sleep 600" };
    await Promise.all([fake("docker", docker), fake("kind", kind), fake("vitest", lasting)]);
    const { code, said, calls } = await e2eKind([], { at: "started", with: signal });
    expect(calls.at(-1)).toBe(DELETED);
    expect(said).toContain(`Ended by ${signal}.`);
    expect(code).toBe(1);
  },
);

test("a signal while the cluster is made ends kind, and what there is of the cluster is deleted", async () => {
  const slow = { ...kind, "create cluster": "echo started; /bin/sleep 600" };
  await Promise.all([fake("docker", docker), fake("kind", slow), fake("vitest", vitest)]);
  const { code, calls } = await e2eKind([], { at: "started", with: "SIGTERM" });
  expect(calls.slice(-2)).toEqual([expect.stringMatching(/^kind create cluster/), DELETED]);
  expect(code).toBe(1);
});

test("a signal while the cluster is deleted does not keep it", async () => {
  const slow = `echo started; /bin/sleep 1; echo gone >>'${folder}/calls'`;
  const deleting = { ...kind, "delete cluster": slow };
  await Promise.all([fake("docker", docker), fake("kind", deleting), fake("vitest", vitest)]);
  const { calls } = await e2eKind([], { at: "started", with: "SIGINT" });
  expect(calls.at(-1)).toBe("gone");
});

test("--keep leaves the cluster, and says how to go on with it and how to delete it", async () => {
  await Promise.all([fake("docker", docker), fake("kind", kind), fake("vitest", vitest)]);
  const { said, calls } = await e2eKind(["--keep", "--name=mine"]);
  expect(calls.at(-1)).toMatch(/^vitest run/);
  expect(said).toMatch(/E2E_KUBECONFIG=\S+\/kubeconfig E2E_HOST_IP=127\.0\.0\.1 .* pnpm e2e\n/);
  expect(said).toContain("kind delete cluster --name mine");
});

const lacks: readonly [what: string, docker: Answers | undefined, kind: Answers | undefined, says: RegExp][] = [
  ["no docker", undefined, kind, /^There is no docker in the PATH\. Install Docker Engine: https:/],
  [
    "no daemon",
    { ...docker, version: "echo 'Cannot connect to the Docker daemon.' >&2; exit 1" },
    kind,
    /daemon does not answer\. Start it \(`sudo systemctl start docker`\).*It said: Cannot connect to the Docker daemon\.$/m,
  ],
  ["an old Docker", { ...docker, version: "echo 20.10.24" }, kind, /^Docker 20\.10\.24 is too old: 23\.0\.0 or newer/],
  [
    "no builder",
    { ...docker, "buildx version": "echo 'docker: unknown command: docker buildx' >&2; exit 1" },
    kind,
    /builder is not there\. Install the package docker-buildx-plugin/,
  ],
  [
    "no kind",
    docker,
    undefined,
    /^There is no kind in the PATH\. Install it: go install sigs\.k8s\.io\/kind@v0\.33\.0/,
  ],
  [
    "an old kind",
    docker,
    { ...kind, version: "echo 'kind v0.30.0 go1.24.6 linux/amd64'" },
    /^kind 0\.30\.0 is too old: .* Install it: go install sigs\.k8s\.io\/kind@v0\.33\.0/,
  ],
  [
    "a cluster of that name",
    docker,
    { ...kind, "get clusters": "echo opencode-k8s-e2e" },
    /^There is a cluster "opencode-k8s-e2e" already\. `kind delete cluster --name opencode-k8s-e2e`/,
  ],
];
test.each(lacks)(
  "%s: that is said, with what to do, and nothing is made or deleted",
  async (_, dockers, kinds, says) => {
    if (dockers !== undefined) await fake("docker", dockers);
    if (kinds !== undefined) await fake("kind", kinds);
    const { code, said, calls } = await e2eKind([]);
    expect(said).toMatch(says);
    expect(calls.filter((call) => /cluster |build /.test(call) && !call.startsWith("kind get"))).toEqual([]);
    expect(code).toBe(1);
  },
);

test("Docker on another machine: pods cannot reach this one, so the cluster is deleted again", async () => {
  const elsewhere = { ...docker, "network inspect": "echo 192.0.2.1" };
  await Promise.all([fake("docker", elsewhere), fake("kind", kind), fake("vitest", vitest)]);
  const { said, calls } = await e2eKind([]);
  expect(said).toMatch(/gateway at 192\.0\.2\.1, which is not this machine: .* on Linux/);
  expect(calls.at(-1)).toBe(DELETED);
});

test("a minor that there is no image of is refused with those that there are", async () => {
  const { said } = await e2eKind(["--kubernetes", "1.12"]);
  expect(said).toMatch(/^--kubernetes 1\.12: there are 1\.37, 1\.36, 1\.35, 1\.34, 1\.33;/);
});
