import type { execute } from "paperclip-adapter-opencode-k8s/execute";

/** The process that the adapter takes for the Paperclip server's. */
export type PaperclipServer = NonNullable<Parameters<typeof execute>[2]>;

/** A server, in no cluster, whose API says so of these runs, by their ids, and knows no other. */
export function paperclipThatSays(statuses: Readonly<Record<string, string>>): PaperclipServer {
  return {
    env: { ...process.env, PAPERCLIP_API_URL: "http://paperclip.example:3100" },
    readText: () => undefined,
    fetchJson: (url) => {
      const id = url.split("/").at(-1) ?? "";
      const status = statuses[id];
      return Promise.resolve(
        status === undefined ? Response.json({ error: "Not found" }, { status: 404 }) : Response.json({ id, status }),
      );
    },
  };
}
