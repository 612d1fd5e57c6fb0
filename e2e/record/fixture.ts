import type { Event, Job, Pod } from "@opencode-k8s/k8s-kit";

/** One moment of a case: what a diagnosis is made from. */
export interface Stage {
  readonly pod: Pod | null;
  readonly job: Job | null;
  readonly events: readonly Event[];
  readonly deleted?: true;
  readonly jobDeleted?: true;
}

/** The moments of a case by name, in their order. */
export interface Fixture {
  readonly container: string;
  readonly stages: Readonly<Record<string, Stage>>;
}

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
