import type { ServerAdapterModule } from "@paperclipai/adapter-utils";
import { execute } from "./execute.ts";
import { sessionCodec } from "./plan/index.ts";
import { ADAPTER_TYPE } from "./report.ts";
import { testEnvironment } from "./test-environment.ts";

/** The adapter, as Paperclip loads it: a plain object, because Paperclip copies its own properties. */
export function createServerAdapter(): ServerAdapterModule {
  return {
    type: ADAPTER_TYPE,
    execute: (ctx) => execute(ctx),
    testEnvironment,
    sessionCodec,
    supportsLocalAgentJwt: true,
  };
}
