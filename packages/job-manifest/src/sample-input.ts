import type { RunInput } from "./input/run-input.ts";

/** The run of the golden manifests, and the start of the tests' variations. */
export const sampleInput: RunInput = {
  namespace: "agents",
  agentId: "5f3c1c9e-8a44-4d7b-9a53-2f6f5d1f0b11",
  agentName: "Ada the Builder",
  runId: "0d9a6a3e-6f0a-4d53-8d1a-6c1f0c9f7e21",
  companyId: "c0ffee00-1111-4222-8333-444455556666",
  taskId: "7c7c7c7c-aaaa-4bbb-8ccc-dddddddddddd",
  image: "registry.example.com/agents/opencode:1.18.33",
  imagePullPolicy: "IfNotPresent",
  resources: { requests: { cpu: "1000m", memory: "2Gi" }, limits: { cpu: "4000m", memory: "8Gi" } },
  prompt: "Fix the failing test. It costs $(5) or $$5.",
  model: "example/coder-1",
  variant: "high",
  openCodeConfig: {
    share: "disabled",
    autoupdate: false,
    snapshot: false,
    enabled_providers: ["example"],
    permission: { "*": "allow", external_directory: "allow" },
    provider: {
      example: {
        npm: "@ai-sdk/openai-compatible",
        options: { baseURL: "https://models.example.com/v1", apiKey: "not-a-real-key" },
        models: { "coder-1": { limit: { context: 128000, output: 8192 } } },
      },
    },
  },
  extraArgs: ["--thinking"],
  env: { PAPERCLIP_API_KEY: "not-a-real-token", PAPERCLIP_RUN_ID: "0d9a6a3e-6f0a-4d53-8d1a-6c1f0c9f7e21" },
  workingDir: "/workspace",
  timeoutSec: 3600,
  graceSec: 60,
  ttlSecondsAfterFinished: 86400,
  activeDeadlineSeconds: 4680,
  database: { mode: "ephemeral" },
};
