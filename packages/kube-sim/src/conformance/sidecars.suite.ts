import { describe, expect, it } from "vitest";
import type { Pod } from "../wire.ts";
import { Client, mainState, withoutRepeats } from "./client.ts";
import type { Program } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

const WAITS: Program = { steps: [{ print: "up\n" }, { sleepSeconds: 300 }], onTerm: { print: "bye\n", exitCode: 0 } };
const DEAF: Program = { steps: [{ sleepSeconds: 300 }] };

/** Native sidecars: init containers that are started in their turn, and stopped when the others are over. */
export function sidecarsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));

  describe("sidecars", () => {
    it("start in their turn, are stopped last first after the others, and how they end does not matter", () =>
      run(async (client) => {
        const sidecar = { restartPolicy: "Always" };
        const before = client.beside("before", { steps: [{ print: "before\n" }] });
        const polite = client.beside("polite", WAITS, sidecar);
        const deaf = client.beside("deaf", DEAF, sidecar);
        const after = client.beside("after", { steps: [{ print: "after\n" }] });
        const init = [before, polite, deaf, after];
        const initContainers = init.map(({ container }) => container);
        const annotations = Object.assign({}, ...init.map((one) => one.annotations)) as Record<string, string>;
        const spec = { initContainers, terminationGracePeriodSeconds: 20 };
        const pod = client.pod("sidecars", { steps: [{ sleepSeconds: 10 }] }, spec) as Pod;
        Object.assign(pod.metadata.annotations ?? {}, annotations);
        const from = await client.revision(client.pods);
        await client.create(client.pods, pod);
        const lines = await client.watch<Pod>(
          `${client.pods}?fieldSelector=metadata.name=sidecars&resourceVersion=${from}`,
          (all) => all.at(-1)?.object.status.phase === "Succeeded",
        );
        const started = (found: Pod): string =>
          [...(found.status.initContainerStatuses ?? []), ...(found.status.containerStatuses ?? [])]
            .filter(({ containerID }) => containerID !== undefined)
            .map(({ name }) => name)
            .join(" ");
        const orders = withoutRepeats(lines.map(({ object }) => started(object)));
        // Two that start within one look are seen together.
        expect(orders.at(-1)).toBe("before polite deaf after main");
        for (const order of orders) expect("before polite deaf after main".startsWith(order)).toBe(true);
        const running = lines.find(({ object }) => mainState(object).running)?.object as Pod;
        expect(running.status.initContainerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
          ["before", true],
          ["polite", true],
          ["deaf", true],
          ["after", true],
        ]);
        const over = (lines.at(-1) as { object: Pod }).object;
        const exits = over.status.initContainerStatuses?.map(({ name, state }) => [name, state?.terminated?.exitCode]);
        expect(exits).toEqual([
          ["before", 0],
          ["polite", 0],
          ["deaf", 137],
          ["after", 0],
        ]);
        expect(over.status.conditions?.find(({ type }) => type === "Ready")).toMatchObject({
          status: "False",
          reason: "PodCompleted",
        });
        const log = await client.text(`${client.pods}/sidecars/log?container=polite`);
        expect(log.text).toBe("up\nbye\n");
        await client.send("DELETE", `${client.pods}/sidecars`);
      }));
  });
}
