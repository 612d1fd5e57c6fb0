import type { KubernetesObject } from "@kubernetes/client-node";
import { buildRunObjects, ManifestError, type RunInput } from "@opencode-k8s/job-manifest";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEED } from "../seed.ts";
import { DryRunNamespace, podOf } from "./dry-run-namespace.ts";
import { options, plainRun, UNRESTRICTED } from "./options.ts";

const kubeconfig = process.env.E2E_KUBECONFIG ?? "";
const TRIES = 300;

/** Text that breaks shells, YAML, Kubernetes, C and paths, and text that is almost right. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("a", "B", "1", "-", ".", "_", "/", ":", "=", "@"), maxLength: 70 }),
  fc.string({ unit: fc.constantFrom("$", "(", ")", "'", '"', "`", "\\", "\n", "\t", " ", "{{", "😀"), maxLength: 20 }),
  fc.constantFrom("", " ", "\0", "\ud800", "$(touch /canary)", "$$(HOME)", "../../etc/passwd", "..", "a..b", "a//b"),
  fc.constantFrom("1e3", "-1", "0", "1Ki", "1n", ".5", "1.", "0.1e-15", "9223372036854775807", "99999999999999999E"),
  fc.constantFrom("x".repeat(100_000), "a".repeat(63), "a".repeat(64), `${"a".repeat(253)}/b`, `${"a.".repeat(126)}a`),
);

/** A path to a text in the input, and the input with another text there: as a value, or as a name in an object. */
interface Place {
  readonly path: string;
  readonly with: (text: string) => RunInput;
}

/** What is to be there in the cluster, or is one of a few words: another text is refused for that. */
const NOT_TEXT = /^(namespace|priorityClassName|runtimeClassName|serviceAccountName|database\.mode)$/;
/** Content of volumes of which only the API server knows all rules. */
const NOT_OURS = /\.source\.(csi|projected|downwardAPI)|metadata\.uid|\.source(\.|$)/;

function placesIn(input: RunInput): Place[] {
  const places: Place[] = [];
  visit(input, "", (change) => change as RunInput);
  return places;

  function visit(value: unknown, path: string, rebuild: (changed: unknown) => RunInput): void {
    if (NOT_TEXT.test(path) || NOT_OURS.test(path)) return;
    if (typeof value === "string") places.push({ path, with: rebuild });
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value) as [string, unknown][]) {
      const at = path === "" ? key : `${path}.${key}`;
      const put = (changed: unknown): unknown =>
        Array.isArray(value)
          ? value.map((old: unknown, index) => (String(index) === key ? changed : old))
          : { ...value, [key]: changed };
      if (NAMED.test(path))
        places.push({ path: `${path} (name)`, with: (text) => rebuild({ ...value, [text]: member }) });
      visit(member, at, (changed) => rebuild(put(changed)));
    }
  }
}

/** Objects whose keys a user chooses. */
const NAMED =
  /^(env|envValueFrom|labels|annotations|nodeSelector|providerKeys|(dind\.)?resources\.(requests|limits)|networkPolicy\.dns\.podLabels)$/;

describe.skipIf(kubeconfig === "")("any text in any field", () => {
  test(`makes objects that the API server takes, or an error that names the field (E2E_SEED=${SEED})`, async () => {
    await using namespace = await DryRunNamespace.open(kubeconfig);
    await using unrestricted = await DryRunNamespace.open(kubeconfig, "privileged");
    const { className, serviceAccountName } = namespace;
    const ways = Object.values({ ...UNRESTRICTED, ...options(className, serviceAccountName) }).flat();
    const runs = ways.map((way): RunInput => ({ ...plainRun(namespace.name), ...way }));
    // Each place once, although most of them are in every run: the last one's.
    const places = new Map(runs.flatMap(placesIn).map((place) => [place.path, place]));
    const counts = { taken: 0, refused: 0 };
    const tries = fc.record({ place: fc.constantFrom(...places.values()), text: anyText });
    await fc.assert(
      fc.asyncProperty(tries, async ({ place, text }) => {
        const taker = place.path.startsWith("dind") ? unrestricted : namespace;
        const objects = build(place, text, taker.name);
        if (objects === null) return void (counts.refused += 1);
        counts.taken += 1;
        for (const object of objects) expect(await taker.tryOut(object)).toEqual({ refusal: "", warnings: [] });
      }),
      { numRuns: TRIES, seed: SEED },
    );
    console.log(`seed ${SEED}: ${places.size} places, ${counts.taken} taken, ${counts.refused} refused`);
    expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(TRIES / 10);
  });
});

function build(place: Place, text: string, namespace: string): KubernetesObject[] | null {
  try {
    const { job, secrets, claim, networkPolicy } = buildRunObjects({ ...place.with(text), namespace });
    return [job, podOf(job), ...secrets, claim, networkPolicy].filter((object) => object !== undefined);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    expect(error.message).toContain(place.path.split(/[. ]/)[0]);
    return null;
  }
}
