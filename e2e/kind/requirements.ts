import { answerOf, isMissing, wordsOf } from "./program.ts";
import { isOlder, type Versions } from "./versions.ts";

/** Something that this machine lacks. The message says what, and how to get it. */
export class Unmet extends Error {}

/**
 * Looks for Docker, its daemon, its builder and kind, before anything is made.
 * @throws Unmet for the first of them that is not there, does not answer, or is too old
 */
export async function requireTools(versions: Versions): Promise<void> {
  const docker = await ask("docker", ["version", "--format", "{{.Server.Version}}"], {
    missing: "Install Docker Engine: https://docs.docker.com/engine/install/",
    failed:
      "Docker's daemon does not answer. Start it (`sudo systemctl start docker`); where it runs, let this user talk to it (group `docker`)",
  });
  if (isOlder(docker, versions.docker)) {
    throw new Unmet(`Docker ${docker} is too old: ${versions.docker} or newer is needed, whose builder is BuildKit.`);
  }
  await ask("docker", ["buildx", "version"], {
    missing: "",
    failed:
      "Docker's builder is not there. Install the package docker-buildx-plugin (of Docker) or docker-buildx (of Debian)",
  });
  const install = `go install sigs.k8s.io/kind@v${versions.kind}, or a binary: https://kind.sigs.k8s.io/docs/user/quick-start/#installation`;
  const said = await ask("kind", ["version"], { missing: `Install it: ${install}`, failed: "kind does not start" });
  const kind = /\bv(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
  if (kind === undefined) throw new Unmet(`kind has no version: it said ${JSON.stringify(said)}.`);
  if (isOlder(kind, versions.kind)) {
    throw new Unmet(
      `kind ${kind} is too old: the node images, and the kubeadm configuration of Kubernetes from 1.36 on, need ${versions.kind}. Install it: ${install}`,
    );
  }
}

interface Remedies {
  /** Where there is no such program. */
  readonly missing: string;
  /** Where it says no. */
  readonly failed: string;
}

async function ask(program: string, args: readonly string[], remedies: Remedies): Promise<string> {
  try {
    return await answerOf(program, args);
  } catch (error) {
    if (isMissing(error)) throw new Unmet(`There is no ${program} in the PATH. ${remedies.missing}`, { cause: error });
    throw new Unmet(`${remedies.failed}. It said: ${wordsOf(error)}`, { cause: error });
  }
}
