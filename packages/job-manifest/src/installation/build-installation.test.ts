import { describe, expect, test } from "vitest";
import { Document, visit } from "yaml";
import { buildInstallation, type InstallationInput } from "./index.ts";

const namespace = "agents";
const every = {
  databaseClaims: true,
  networkPolicies: true,
  explainPending: true,
  confirmSecrets: true,
  shortenGrace: true,
  askBefore: true,
};

/** The manifests as they are applied, each rule under its reasons. */
function text(input: InstallationInput): string {
  const { serviceAccount, role, roleBinding, rights } = buildInstallation(input);
  const documents = [serviceAccount, role, roleBinding].filter((object) => object !== undefined);
  return documents.map((object) => explained(new Document(object, { aliasDuplicateObjects: false }))).join("---\n");

  function explained(document: Document): string {
    visit(document, {
      Map(_, node) {
        const rule = node.toJSON() as { resources?: string[]; verbs?: string[] };
        const reasons = rights.filter((right) => String(right.rule.resources) === String(rule.resources));
        if (rule.verbs)
          node.commentBefore = reasons
            .map(({ rule: { verbs }, reason }) => ` ${verbs.join(", ")}: ${reason}`)
            .join("\n");
      },
    });
    return document.toString({ lineWidth: 0 });
  }
}

test.each<[string, InstallationInput]>([
  ["least", { namespace, features: {} }],
  ["every-feature", { namespace, features: every }],
  [
    "paperclip-in-the-cluster",
    {
      namespace,
      paperclip: { namespace: "paperclip", serviceAccountName: "server" },
      features: { databaseClaims: true },
    },
  ],
])("golden/installation-%s.yaml", async (name, input) => {
  await expect(text(input)).toMatchFileSnapshot(`../../golden/installation-${name}.yaml`);
});

describe("least rights", () => {
  const verbs = (features: InstallationInput["features"]): string[] =>
    buildInstallation({ namespace, features }).rights.flatMap(({ rule }) =>
      rule.verbs.map((verb) => `${verb} ${rule.resources?.join()}`),
    );

  test("no right is there twice, none is a wildcard, and none lists Secrets, runs commands in pods or gives rights", () => {
    const all = verbs(every);
    expect(new Set(all).size).toBe(all.length);
    expect(
      all.filter((right) => /\*|list secrets|watch secrets|update secrets|exec|escalate|bind/.test(right)),
    ).toEqual([]);
  });

  test.each(Object.keys(every))("%s costs rights of its own", (feature) => {
    expect(verbs({ [feature]: true }).length).toBeGreaterThan(verbs({}).length);
    expect(verbs({ ...every, [feature]: false }).length).toBeLessThan(verbs(every).length);
  });
});

test.each<[Partial<InstallationInput>, string]>([
  [{ namespace: "My_Agents" }, "namespace"],
  [{ name: "a b" }, "name"],
  [{ paperclip: { namespace: "p", serviceAccountName: "" } }, "paperclip.serviceAccountName"],
])("%j is refused by name", (change, field) => {
  expect(() => buildInstallation({ namespace, features: {}, ...change })).toThrow(
    expect.objectContaining({ name: "ManifestError", field }),
  );
});
