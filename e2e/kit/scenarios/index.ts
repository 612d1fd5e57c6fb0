import { cuts } from "./cuts.ts";
import { inTurn } from "./in-turn.ts";
import { longLine, restarted, sameLines, twoContainers } from "./lines.ts";
import { outages } from "./outages.ts";
import { quiet } from "./quiet.ts";
import { rotated, rotatedWhileCut, rotatedWhileStill } from "./rotation.ts";
import type { KitScenario } from "./scenario.ts";
import { signals } from "./signals.ts";
import { tokenRevoked } from "./token-revoked.ts";
import { refused, silent } from "./unreachable.ts";

export type { KitScenario } from "./scenario.ts";

/** Faults that nobody else on the cluster notices. The longest comes first: the others are played beside it. */
export const sharedFaults: readonly KitScenario[] = [
  quiet,
  inTurn(rotated),
  cuts,
  inTurn(rotatedWhileCut),
  longLine,
  sameLines,
  inTurn(rotatedWhileStill),
  twoContainers,
  restarted,
  tokenRevoked,
  refused,
  silent,
  signals,
];

/** Faults of a part of the cluster, for everybody who uses it. */
export const disruptiveFaults: readonly KitScenario[] = outages;
