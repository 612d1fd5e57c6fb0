import { expect, test } from "vitest";
import { mcpConfig, type McpServers } from "./mcp-servers.ts";

test("a command and a URL become OpenCode's local and remote servers, as they are", () => {
  const servers: McpServers = {
    files: { command: "npx", args: ["-y", "server"], env: { TOKEN: "{env:FILES_TOKEN}" }, timeout: 5_000 },
    web: { url: "https://mcp.example/", headers: { Authorization: "Bearer {file:/run/token}" }, disabled: true },
    plain: { command: "server" },
  };
  expect(mcpConfig(servers)).toEqual({
    mcp: {
      files: {
        type: "local",
        command: ["npx", "-y", "server"],
        environment: { TOKEN: "{env:FILES_TOKEN}" },
        enabled: true,
        timeout: 5_000,
      },
      web: {
        type: "remote",
        url: "https://mcp.example/",
        headers: { Authorization: "Bearer {file:/run/token}" },
        oauth: false,
        enabled: false,
      },
      plain: { type: "local", command: ["server"], environment: {}, enabled: true },
    },
  });
});

test("without servers there is no section", () => {
  expect(mcpConfig({})).toEqual({});
});

test.each([
  ["neither", {}],
  ["both", { command: "x", url: "https://u" }],
  ["an empty command", { command: " " }],
  ["a command as a list", { command: ["x"] }],
  ["no object", "sk-secret"],
  ["arguments in one text", { command: "x", args: "-y" }],
  ["a number in its environment", { command: "x", env: { TOKEN: 1 } }],
  ["a header that is none", { url: "https://u", headers: { "X-Token": null } }],
  ["a field that no such server has", { command: "x", headers: {} }],
  ["a switch in words", { command: "x", disabled: "no" }],
  ["a timeout of nothing", { command: "x", timeout: 0 }],
])("%s is a problem that names the server, and shows nothing of it", (_, server) => {
  const read = (): unknown => mcpConfig({ s: server });
  expect(read).toThrow("mcpServers.s: give");
  expect(read).not.toThrow(/sk-secret/);
});
