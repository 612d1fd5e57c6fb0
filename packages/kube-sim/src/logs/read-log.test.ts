import { describe, expect, it } from "vitest";
import { VirtualClock } from "../virtual-clock.ts";
import { ContainerLog } from "./container-log.ts";
import { type LogOptions, readLog } from "./read-log.ts";

const never = new AbortController().signal;

describe("readLog", () => {
  const setUp = (): {
    clock: VirtualClock;
    log: ContainerLog;
    print: (text: string, stream?: "stdout" | "stderr") => void;
  } => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const log = new ContainerLog(clock);
    return { clock, log, print: (text, stream = "stdout") => log.write(stream, new TextEncoder().encode(text)) };
  };
  const collect = async (
    log: ContainerLog,
    clock: VirtualClock,
    options: Partial<LogOptions> = {},
  ): Promise<string> => {
    let text = "";
    const all = { follow: false, timestamps: false, ...options };
    for await (const chunk of readLog(log, all, clock, never)) text += new TextDecoder().decode(chunk);
    return text;
  };

  it("stamps a long line once, with its first piece", async () => {
    const { clock, log, print } = setUp();
    print(`${"x".repeat(20_000)}\n`);
    const text = await collect(log, clock, { timestamps: true });
    expect(text).toBe(`2026-01-01T00:00:00.000000000Z ${"x".repeat(20_000)}\n`);
  });

  it("glues a record of the other stream into a long line, as the kubelet does", async () => {
    const { clock, log, print } = setUp();
    print("x".repeat(20_480));
    print("e\n", "stderr");
    print("\n");
    const text = await collect(log, clock, { timestamps: true });
    expect(text).toMatch(/^\S+ x{16384}e\n\S+ x{4096}\n$/);
  });

  it("begins with a headless tail when the since-filter takes the first piece of a line", async () => {
    const { clock, log, print } = setUp();
    print("x".repeat(20_480));
    await clock.advance(5000);
    print("tail\n");
    const since = BigInt(Date.UTC(2026, 0, 1, 0, 0, 5)) * 1_000_000n;
    expect(await collect(log, clock, { timestamps: true, since })).toBe(`${"x".repeat(4096)}tail\n`);
  });

  it("leaves out what was rotated twice behind it, and repeats the newest file, as the kubelet does", async () => {
    const { clock, log, print } = setUp();
    print("a\n");
    const reading = readLog(log, { follow: true, timestamps: false }, clock, never);
    const next = async (): Promise<string> => {
      const { value, done } = await reading.next();
      return done ? "" : new TextDecoder().decode(value);
    };
    expect(await next()).toBe("a\n");
    log.rotate();
    print("left out\n");
    log.rotate();
    print("c\n");
    expect([await next(), await next()]).toEqual(["c\n", "c\n"]);
    await reading.return(undefined);
  });

  it("follows until one look after the container is over", async () => {
    const { clock, log, print } = setUp();
    print("a\n");
    const following = collect(log, clock, { follow: true });
    const life = async (): Promise<void> => {
      await clock.sleep(2500);
      print("b\n");
      await clock.sleep(20);
      log.end();
    };
    const [text] = await clock.run(Promise.all([following, life()]));
    expect(text).toBe("a\nb\n");
    // A second after its last line: the end of a container does not touch the file.
    expect(clock.monotonic()).toBe(3500);
  });

  it("goes on in the new file after a rotation, which others can read only from there", async () => {
    const { clock, log, print } = setUp();
    print("a\n");
    const following = collect(log, clock, { follow: true });
    const life = async (): Promise<void> => {
      await clock.sleep(100);
      print("b\n");
      log.rotate();
      print("c\n");
      await clock.sleep(100);
      expect(await collect(log, clock)).toBe("c\n");
      log.end();
    };
    const [text] = await clock.run(Promise.all([following, life()]));
    expect(text).toBe("a\nb\nc\n");
  });

  it("loses what two rotations took before it came to read it", async () => {
    const { clock, log, print } = setUp();
    print("a\n");
    const reader = readLog(log, { follow: true, timestamps: false }, clock, never);
    const first = await clock.run(reader.next());
    expect(new TextDecoder().decode(first.value as Uint8Array)).toBe("a\n");
    log.rotate();
    print("lost\n");
    log.rotate();
    print("c\n");
    const next = await clock.run(reader.next());
    expect(new TextDecoder().decode(next.value as Uint8Array)).toBe("c\n");
    await reader.return(undefined);
  });
});
