import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ManifestError } from "../values/manifest-error.ts";
import { parseLabels, parseNodeSelector, parseTolerations } from "./text-forms.ts";

describe("a node selector, and labels", () => {
  const wanted = { "kubernetes.io/arch": "amd64", gpu: "true", empty: "" };
  test.each<[string, unknown]>([
    ["lines", "kubernetes.io/arch=amd64\r\n\n # which?\ngpu = true\nempty=\n"],
    ["one line", "kubernetes.io/arch=amd64,gpu=true, empty="],
    ["a JSON object", '{"kubernetes.io/arch": "amd64", "gpu": true, "empty": ""}'],
    ["a JSON list", '["kubernetes.io/arch=amd64", {"gpu": "true", "empty": ""}]'],
    ["an object, as YAML gives it", parse("kubernetes.io/arch: amd64\ngpu: true\nempty: ''")],
    ["a list", ["kubernetes.io/arch=amd64", "gpu=true\nempty="]],
  ])("%s", (_, value) => {
    expect(parseNodeSelector("nodeSelector", value)).toEqual(wanted);
    expect(parseLabels("labels", value)).toEqual(wanted);
  });

  test.each([undefined, null, "", " \n# nothing\n", [], {}, "{}"])("%j is none", (value) => {
    expect(parseNodeSelector("nodeSelector", value)).toEqual({});
  });

  test.each<[unknown, string, RegExp]>([
    ["pool", "nodeSelector", /"pool": write key=value/],
    ["=a", "nodeSelector", /key=value/],
    ["a b=c", "nodeSelector", /prefix\/name/],
    ["a=b c", 'nodeSelector["a"]', /letters/],
    ['{"a": }', "nodeSelector", /correct the JSON/],
    ['{"a": {"b": "c"}}', 'nodeSelector["a"]', /give a text/],
    [7, "nodeSelector", /is 7: give lines/],
  ])("%j is refused by name", (value, field, message) => {
    const parsed = (): unknown => parseNodeSelector("nodeSelector", value);
    expect(parsed).toThrow(expect.objectContaining({ name: "ManifestError", field }));
    expect(parsed).toThrow(message);
  });

  test("a reserved label is one in every form", () => {
    for (const value of ["paperclip.io/x=1", '{"paperclip.io/x":"1"}'])
      expect(() => parseLabels("labels", value)).toThrow("paperclip.io/x");
  });
});

describe("tolerations", () => {
  const all = [
    { key: "gpu", operator: "Equal", value: "a100", effect: "NoSchedule" },
    { key: "spot", operator: "Exists", effect: "NoExecute" },
    { key: "team", operator: "Exists" },
  ];
  test.each<[string, unknown]>([
    ["lines", "gpu=a100:NoSchedule\nspot:NoExecute\nteam"],
    ["JSON", JSON.stringify(all)],
    ["a list of both", ["gpu=a100:NoSchedule", all[1], "team"]],
  ])("%s", (_, value) => {
    expect(parseTolerations("tolerations", value)).toEqual(all);
  });

  test("one object, with a number as text", () => {
    const value = { key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: "30" };
    expect(parseTolerations("tolerations", value)).toEqual([{ ...value, tolerationSeconds: 30 }]);
  });

  test.each<[unknown, string]>([
    ["a=b=c", "tolerations[0]"],
    ["a:NoRun", "tolerations[0].effect"],
    ['[{"key":"a"},{"operator":"Equal"}]', "tolerations[1].key"],
    [[["a"]], "tolerations[0]"],
    [{ key: ["a"] }, "tolerations[0].key"],
    [{ key: "a", effect: "NoExecute", tolerationSeconds: "soon" }, "tolerations[0].tolerationSeconds"],
  ])("%j is refused by name", (value, field) => {
    expect(() => parseTolerations("tolerations", value)).toThrow(
      expect.objectContaining({ name: "ManifestError", field }),
    );
  });
});

test("any JSON is parsed, or refused by an error of ours", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.json(), fc.string()), (value) => {
      for (const read of [parseNodeSelector, parseLabels, parseTolerations]) {
        try {
          read("field", value);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
        }
      }
    }),
    { numRuns: 500 },
  );
});
