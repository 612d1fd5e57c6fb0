import { z } from "zod";
import { structured } from "../structured.ts";

const WANT = "give an object of servers, each with a command or a url";

/** Servers of the Model Context Protocol. What each has in it is checked with OpenCode's configuration; no message repeats it. */
export const mcpKeys = {
  mcpServers: structured(z.record(z.string(), z.unknown(), WANT), true).optional(),
} satisfies z.ZodRawShape;
