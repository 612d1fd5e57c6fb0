import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import type { Narrator } from "./narrator.ts";
import { whileWaiting } from "./waiting.ts";

/** Plays for so many seconds; what was told, with the second that it was told in. */
async function told(
  seconds: number,
  play: (onWait: (message: string) => void, clock: VirtualClock) => Promise<void>,
): Promise<string[]> {
  const clock = new VirtualClock();
  const said: string[] = [];
  const note = (kind: string) => (message: string) => void said.push(`${clock.monotonic() / 1000} ${kind} ${message}`);
  const narrator: Narrator = {
    note: note("note"),
    say: (message) => Promise.resolve(note("say")(message)),
    flush: () => Promise.resolve(),
    status: (message) => Promise.resolve(note("status")(message)),
    touch: () => Promise.resolve(note("touch")("")),
  };
  await clock.run(
    (async () => {
      await whileWaiting(clock, narrator, async (onWait) => {
        await play(onWait, clock);
        await clock.sleep(seconds * 1000 - clock.monotonic());
      });
      await clock.sleep(600_000);
    })(),
  );
  return said;
}

test("nothing is said where nothing is waited for", async () => {
  expect(await told(600, () => Promise.resolve())).toEqual([]);
});

test("what is waited for is a line at once, and a status again before Paperclip forgets it", async () => {
  const said = await told(100, (onWait) => Promise.resolve(onWait("Waiting for run 1")));
  expect(said).toEqual([
    "0 say Waiting for run 1",
    "30 status Waiting for run 1, for 30 s",
    "60 status Waiting for run 1, for 60 s",
    "90 status Waiting for run 1, for 90 s",
  ]);
});

test("what is waited for instead is a line, too, and the count begins anew", async () => {
  const said = await told(130, async (onWait, clock) => {
    onWait("Waiting for run 1");
    await clock.sleep(45_000);
    onWait("Waiting for Job 2");
  });
  expect(said).toEqual([
    "0 say Waiting for run 1",
    "30 status Waiting for run 1, for 30 s",
    "45 say Waiting for Job 2",
    "90 status Waiting for Job 2, for 30 s",
    "120 status Waiting for Job 2, for 60 s",
  ]);
});

test("a long wait shows every four minutes that the run is alive", async () => {
  const said = await told(600, (onWait) => Promise.resolve(onWait("Waiting for run 1")));
  expect(said.filter((line) => line.includes("touch"))).toEqual(["240 touch ", "480 touch "]);
});
