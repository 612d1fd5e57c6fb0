import type { AdapterModel } from "@paperclipai/adapter-utils";

interface WellKnown {
  readonly name: string;
  /** Names by id, newest first. */
  readonly models: Readonly<Record<string, string>>;
}

/**
 * What is shown where the catalogue cannot be had: models that call tools, as OpenCode 1.18.33 has them in the catalogue that it
 * brings (read in its binary). A choice, so that it fits on a page; the field takes every other id as well.
 */
const WELL_KNOWN: Readonly<Record<string, WellKnown>> = {
  anthropic: {
    name: "Anthropic",
    models: {
      "claude-opus-5-5": "Claude Opus 5.5",
      "claude-sonnet-5": "Claude Sonnet 5",
      "claude-sonnet-4-6": "Claude Sonnet 4.6",
      "claude-opus-4-5": "Claude Opus 4.5 (latest)",
      "claude-haiku-4-5": "Claude Haiku 4.5 (latest)",
      "claude-sonnet-4-5": "Claude Sonnet 4.5 (latest)",
    },
  },
  openai: {
    name: "OpenAI",
    models: {
      "gpt-6-sol": "GPT-6 Sol",
      "gpt-6-luna": "GPT-6 Luna",
      "gpt-5.6": "GPT-5.6",
      "gpt-5.5": "GPT-5.5",
      "gpt-5.4-mini": "GPT-5.4 mini",
      "gpt-5.3-codex": "GPT-5.3 Codex",
    },
  },
  google: {
    name: "Google",
    models: {
      "gemini-3.8-flash": "Gemini 3.8 Flash",
      "gemini-3.5-flash-lite": "Gemini 3.5 Flash Lite",
      "gemini-3.1-pro-preview": "Gemini 3.1 Pro Preview",
      "gemini-2.5-pro": "Gemini 2.5 Pro",
    },
  },
  xai: { name: "xAI", models: { "grok-4.7": "Grok 4.7", "grok-4.5": "Grok 4.5" } },
  deepseek: {
    name: "DeepSeek",
    models: { "deepseek-flash": "DeepSeek V4.1 Flash", "deepseek-v4-pro": "DeepSeek V4 Pro" },
  },
  mistral: {
    name: "Mistral",
    models: { "mistral-medium-latest": "Mistral Medium (latest)", "mistral-large-latest": "Mistral Large (latest)" },
  },
};

/** Providers that are shown where nobody configured one in the server: agents may bring keys of their own. */
export const WELL_KNOWN_PROVIDERS: readonly string[] = Object.keys(WELL_KNOWN);

/** Models of these providers; of all, where none of them is known. Never empty: Paperclip counts them. */
export function wellKnownModels(providers: readonly string[]): AdapterModel[] {
  const shown = WELL_KNOWN_PROVIDERS.filter((id) => providers.includes(id));
  return (shown.length === 0 ? WELL_KNOWN_PROVIDERS : shown).flatMap((provider) => {
    const { name, models } = WELL_KNOWN[provider] ?? { name: provider, models: {} };
    return Object.entries(models).map(([id, model]) => asModel(provider, name, id, model));
  });
}

/** A model as an agent's `model` names it; its label says whose it is, because many providers have the same ones. */
export function asModel(provider: string, providerName: string, id: string, name: string): AdapterModel {
  return { id: `${provider}/${id}`, label: `${name} · ${providerName}` };
}
