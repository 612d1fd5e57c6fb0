/** One entry of OpenCode's `provider` configuration. */
export interface ProviderConfig {
  npm: string;
  name: string;
  options: { baseURL: string; apiKey: string };
  models: Record<
    string,
    {
      name: string;
      /** USD for a million tokens. */
      cost: { input: number; output: number };
      /** Tokens. */
      limit: { context: number; output: number };
    }
  >;
}

/**
 * OpenCode's `provider` configuration for a model server: the provider `demo`, so that a model is called `demo/<id>`.
 * @param url as {@link startModelServer} gives it
 */
export function providerConfig(url: string, modelIds: readonly string[]): Record<string, ProviderConfig> {
  const model = (id: string): ProviderConfig["models"][string] => ({
    name: id,
    cost: { input: 3, output: 15 },
    limit: { context: 200_000, output: 8192 },
  });
  return {
    demo: {
      // The package is bundled with OpenCode: nothing is installed.
      npm: "@ai-sdk/openai-compatible",
      name: "Model server of kube-sim",
      options: { baseURL: url, apiKey: "unused" },
      models: Object.fromEntries(modelIds.map((id) => [id, model(id)])),
    },
  };
}
