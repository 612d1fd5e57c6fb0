import { describe, expect, it } from "vitest";
import { Connection } from "./connection.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("Connection", () => {
  it("takes from its source only what is read", async () => {
    let made = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (;;) yield bytes(`${await Promise.resolve(++made)}\n`);
    }
    const { body } = new Connection(source);
    const reader = body.getReader();
    expect(made).toBe(0);
    await reader.read();
    await reader.read();
    expect(made).toBe(2);
    await reader.cancel();
  });

  it("stops its source when the reader goes", async () => {
    let stopped = false;
    async function* source(signal: AbortSignal): AsyncGenerator<Uint8Array> {
      signal.addEventListener("abort", () => (stopped = true));
      yield await Promise.resolve(bytes("a"));
    }
    const ended: Connection[] = [];
    const connection = new Connection(source, { onEnd: (one) => ended.push(one) });
    const reader = connection.body.getReader();
    await reader.read();
    await reader.cancel();
    expect(stopped).toBe(true);
    expect(ended).toEqual([connection]);
  });

  it("hands out copies: the source's own bytes stay readable", async () => {
    const kept = bytes("kept");
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(kept);
    }
    await new Response(new Connection(source).body).text();
    expect(new TextDecoder().decode(kept)).toBe("kept");
  });

  it("passes on what its source throws", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes("a"));
      throw new Error("source broke");
    }
    await expect(new Response(new Connection(source).body).text()).rejects.toThrow("source broke");
  });

  it("breaks now when the byte has passed already", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes("abc"));
      await new Promise(() => undefined);
    }
    const connection = new Connection(source);
    const reader = connection.body.getReader();
    await reader.read();
    const next = reader.read();
    connection.break({ afterBytes: 2, how: "eof" });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(connection.sent).toBe(3);
  });
});
