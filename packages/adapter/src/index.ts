import type { ServerAdapterModule } from "@paperclipai/adapter-utils";
import { adapterType } from "./adapter-type.ts";
import { AGENT_CONFIGURATION_DOC } from "./config/agent-configuration-doc.ts";
import { wellKnownModels } from "./models/well-known.ts";
import { nodeProblem } from "./node-version.ts";
import { providersWithCredentials } from "./paperclip-pod/environment/known-variables.ts";
import { sessionCodec } from "./plan/session.ts";
import { thisProcess } from "./server-process.ts";

/**
 * The adapter, as Paperclip loads it: a plain object, because Paperclip copies its own properties. What runs an agent is evaluated
 * with the first run: a server starts without it, also on a Node that is too old, and can say so.
 */
export function createServerAdapter(): ServerAdapterModule {
  return {
    type: adapterType(),
    execute: async (ctx) => {
      const problem = nodeProblem();
      if (problem !== null) return { exitCode: 1, signal: null, timedOut: false, ...incomplete(problem) };
      const { execute } = await import("./execute.ts");
      return execute(ctx);
    },
    testEnvironment: async (ctx) => {
      const problem = nodeProblem();
      if (problem !== null) {
        const check = { code: "configuration_incomplete", level: "error", message: problem } as const;
        return { adapterType: ctx.adapterType, status: "fail", checks: [check], testedAt: new Date().toISOString() };
      }
      const { testEnvironment } = await import("./environment-test/index.ts");
      return testEnvironment(ctx);
    },
    getConfigSchema: async () => (await import("./config/form/index.ts")).formSchema(),
    listSkills: async (ctx) => (await import("./skills/index.ts")).listSkills(ctx),
    syncSkills: async (ctx, desired) => (await import("./skills/index.ts")).syncSkills(ctx, desired),
    // Counted without being asked for: what is known without the catalogue.
    models: wellKnownModels(providersWithCredentials(thisProcess.env)),
    listModels: async () => (await import("./models/index.ts")).listModels(),
    refreshModels: async () => (await import("./models/index.ts")).refreshModels(),
    agentConfigurationDoc: AGENT_CONFIGURATION_DOC,
    sessionCodec,
    supportsLocalAgentJwt: true,
    // Paperclip's tools for connections come as one more MCP server; otherwise their token would lie in the context.
    runtimeToolDelivery: "native_mcp",
    supportsInstructionsBundle: true,
    instructionsPathKey: "instructionsFilePath",
  };
}

/** Paperclip does not try this again. */
function incomplete(errorMessage: string): { errorCode: string; errorMessage: string } {
  return { errorCode: "configuration_incomplete", errorMessage };
}
