import type { Behaviour } from "../behaviour.ts";
import { awkward } from "./awkward.ts";
import { big } from "./big.ts";
import { commands } from "./commands.ts";
import { demo } from "./demo.ts";
import { pace } from "./pace.ts";
import { quiet } from "./quiet.ts";
import { text } from "./text.ts";
import { tools } from "./tools.ts";

interface Model {
  /** An id that it has; the numbers are its parameters. */
  example: string;
  id: RegExp;
  make(...numbers: number[]): Behaviour;
}

const models: Model[] = [
  { example: "demo", id: /^demo$/, make: () => demo },
  { example: "text", id: /^text$/, make: () => text },
  { example: "commands", id: /^commands$/, make: () => commands },
  { example: "tools", id: /^tools$/, make: () => tools },
  { example: "awkward", id: /^awkward$/, make: () => awkward },
  { example: "pace-40s-1500ms", id: /^pace-(\d+)s-(\d+)ms$/, make: (s = 0, ms = 0) => pace(s * 1000, ms) },
  { example: "quiet-240s", id: /^quiet-(\d+)s$/, make: (s = 0) => quiet(s * 1000) },
  // A megabyte is 1,000,000 bytes. big-3mb-after-4s thinks for four seconds first.
  {
    example: "big-3mb",
    id: /^big-(\d+)mb(?:-after-(\d+)s)?$/,
    make: (mb = 0, s = 0) => big(mb * 1_000_000, s * 1000),
  },
  { example: "fail-401", id: /^fail-([45]\d\d)$/, make: (status = 500) => fail(status) },
  { example: "unpaid-3600s", id: /^unpaid-(\d+)s$/, make: (s = 0) => unpaid(s) },
  { example: "hang", id: /^hang$/, make: () => () => ({ kind: "hang" }) },
];

/** One id of each kind of model. */
export const modelExamples: readonly string[] = models.map(({ example }) => example);

/** The model of that id; undefined when there is none. */
export function behaviourOf(model: string): Behaviour | undefined {
  for (const { id, make } of models) {
    const match = id.exec(model);
    if (match !== null) return make(...match.slice(1).map((number) => Number(number ?? 0)));
  }
  return undefined;
}

/** Wants to be paid, and to be left alone for so many seconds. */
function unpaid(retryAfter: number): Behaviour {
  return () => ({ kind: "failure", status: 402, message: "Insufficient balance.", retryAfter });
}

function fail(status: number): Behaviour {
  return () => ({ kind: "failure", status, message: "This model always fails." });
}
