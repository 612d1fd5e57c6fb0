import type { Fixture } from "./recording.ts";

/** Who wrote which field: long, and says nothing about the object. */
const NOISE = new Set(["managedFields"]);

/** A copy of something as a fixture keeps it, without noise. */
export function cleaned<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, field: unknown) => (NOISE.has(key) ? undefined : field))) as T;
}

/** The text of a fixture, an object a line. Names that are random for each recording get one that is not. */
export function textOf({ container, stages }: Fixture, names: Readonly<Record<string, string>>): string {
  const told = Object.entries(stages).map(([name, { events, ...others }]) => {
    const fields = Object.entries(others).map(
      ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    const lines = events.map((event) => `        ${JSON.stringify(event)}`);
    fields.push(lines.length === 0 ? `      "events": []` : `      "events": [\n${lines.join(",\n")}\n      ]`);
    return `    ${JSON.stringify(name)}: {\n${fields.join(",\n")}\n    }`;
  });
  let text = `{\n  "container": ${JSON.stringify(container)},\n  "stages": {\n${told.join(",\n")}\n  }\n}\n`;
  for (const [random, name] of Object.entries(names)) text = text.replaceAll(random, name);
  return text;
}
