import { describe, expect, test } from "vitest";
import { type PaperclipServers, paperclipServers } from "./paperclip-servers.ts";

const TOKEN = "canary-token";

function serversOf(
  given: readonly (readonly [name: string, url: string])[],
  { apiUrl, own, taken = [] }: { apiUrl?: string; own?: string; taken?: readonly string[] } = {},
): PaperclipServers {
  const servers = given.map(([name, url]) => ({ name, url, token: TOKEN, connectionId: "c" }));
  const server = { env: { PAPERCLIP_API_URL: own }, readText: () => undefined };
  return paperclipServers({ runtimeMcp: { getServers: () => servers } }, apiUrl, taken, server);
}

test("each has a name of its own that tools can have, its address and its token", () => {
  const given = [
    ["Paperclip projects", "http://paperclip/api/mcp/project-tools"],
    ["paperclip  Projects!", "http://paperclip/other"],
    ["日本", "http://paperclip/third"],
  ] as const;
  const { servers, notes } = serversOf(given, { taken: ["paperclip-projects"] });
  const headers = { Authorization: `Bearer ${TOKEN}` };
  expect(servers).toEqual({
    "paperclip-projects-2": { url: "http://paperclip/api/mcp/project-tools", headers },
    "paperclip-projects-3": { url: "http://paperclip/other", headers },
    paperclip: { url: "http://paperclip/third", headers },
  });
  expect(notes).toHaveLength(3);
  expect(notes.join("\n")).not.toContain(TOKEN);
});

describe("its address", () => {
  test.each([
    ["the server's loopback is where pods reach it", "http://127.0.0.1:3100/mcp/a?b=c", "http://pc:1/mcp/a?b=c"],
    ["by name, too", "http://localhost:3100/mcp/a", "http://pc:1/mcp/a"],
    ["so is the server's own address", "https://public.example/x/mcp/a", "http://pc:1/mcp/a"],
    ["another's stays", "https://public.example/y/mcp/a", "https://public.example/y/mcp/a"],
    ["what is no address stays, for OpenCode to say so", "nonsense", "nonsense"],
  ])("%s", (_, url, reached) => {
    const { servers } = serversOf([["a", url]], { apiUrl: "http://pc:1", own: "https://public.example/x/" });
    expect(servers).toMatchObject({ a: { url: reached } });
  });

  test.each([undefined, "http://localhost:3100"])("that no pod reaches leaves it out, with a note: %s", (apiUrl) => {
    const { servers, notes } = serversOf([["a", "http://localhost:3100/mcp"]], apiUrl ? { apiUrl } : {});
    expect(servers).toEqual({});
    expect(notes).toEqual(["The MCP server a is left out: no pod reaches http://localhost:3100/mcp"]);
  });
});

test("an older Paperclip gives none", () => {
  const server = { env: {}, readText: () => undefined };
  expect(paperclipServers({}, "http://pc:1", [], server)).toEqual({ servers: {}, notes: [] });
});
