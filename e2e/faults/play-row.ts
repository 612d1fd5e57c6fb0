import type { TestContext } from "vitest";
import type { DisruptiveScenario, Fault, Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world/index.ts";
import { faultIn, figuresOf } from "./figures.ts";
import type { Played, Row } from "./row.ts";

declare module "vitest" {
  interface TaskMeta {
    /** The row that a test is, as far as it has come. */
    row?: Pick<Row, "name" | keyof Fault | "played">;
  }
}

type AnyScenario = Scenario | DisruptiveScenario;
type Playable<S> = S & { readonly fault: Fault };

/** The scenarios that are rows. */
export function rowsOf<S extends AnyScenario>(all: readonly S[]): Playable<S>[] {
  return all.filter((scenario): scenario is Playable<S> => scenario.fault !== undefined);
}

/**
 * Plays a scenario in the world that `open` makes for it, and reads its figures off that world, also where it fails.
 * @throws what is not as it must be
 */
export async function playRow<S extends AnyScenario>(
  { name, fault, lacks }: Playable<S>,
  { task, skip }: Pick<TestContext, "task" | "skip">,
  open: (inside: (world: World, play: () => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const tell = (played: Omit<Played, "date">): void => {
    task.meta.row = { name, ...fault, played: { date: new Date().toISOString().slice(0, 10), ...played } };
  };
  tell({ kubernetes: null, figures: null });
  await open(async (world, play) => {
    const kubernetes = await versionOf(world);
    tell({ kubernetes, figures: null });
    const lacking = lacks?.(world);
    if (lacking) skip(lacking);
    try {
      await play();
    } finally {
      tell({ kubernetes, figures: await figuresOf(world) });
    }
    const figures = task.meta.row?.played.figures;
    const wrong = figures && faultIn(figures);
    if (wrong) throw new Error(wrong);
  });
}

async function versionOf({ parts }: World): Promise<string> {
  if (parts.kind === "sim") return "kube-sim";
  return (await parts.admin.request<{ gitVersion: string }>("GET", "/version")).gitVersion.replace(/^v/, "");
}
