import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { SoakCounts } from "../soak/counts.ts";
import type { ClusterPoint } from "./on-cluster.ts";
import type { Point } from "./point.ts";

/** When and on what something was measured. */
export interface Measured {
  /** Day, such as 2026-01-31. */
  readonly date: string;
  /** Processors, memory, Node, and how much the processors had to do. */
  readonly machine: string;
}

/** All that docs/scaling.md is made of. */
export interface ScalingRecord {
  readonly scale: Measured & {
    readonly onSim: readonly Point[];
    /** 100 runs that print five times as many lines. */
    readonly manyLines: Point;
  };
  readonly onCluster: (Measured & ClusterPoint) | null;
  readonly soak: (Measured & SoakCounts) | null;
}

export const RECORD: string = join(import.meta.dirname, "record.json");

export async function readRecord(): Promise<ScalingRecord> {
  return JSON.parse(await readFile(RECORD, "utf8")) as ScalingRecord;
}

/** Now, and here. */
export function here(): Measured {
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const processor = cpus()[0]?.model ?? "unknown processor";
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} × ${processor}, ${memory} GiB, Node ${process.versions.node}; load ${load}`,
  };
}
