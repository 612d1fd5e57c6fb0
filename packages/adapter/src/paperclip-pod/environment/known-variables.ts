/**
 * Variables that hold the API key of a provider; the first that is set is used. As OpenCode 1.18.33 has them in the catalogue of
 * models that it brings (read in its binary).
 */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  alibaba: ["DASHSCOPE_API_KEY"],
  anthropic: ["ANTHROPIC_API_KEY"],
  azure: ["AZURE_API_KEY"],
  "azure-cognitive-services": ["AZURE_COGNITIVE_SERVICES_API_KEY"],
  baseten: ["BASETEN_API_KEY"],
  cerebras: ["CEREBRAS_API_KEY"],
  "cloudflare-workers-ai": ["CLOUDFLARE_API_KEY"],
  cohere: ["COHERE_API_KEY"],
  deepinfra: ["DEEPINFRA_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  "fireworks-ai": ["FIREWORKS_API_KEY"],
  google: ["GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
  groq: ["GROQ_API_KEY"],
  huggingface: ["HF_TOKEN"],
  llama: ["LLAMA_API_KEY"],
  minimax: ["MINIMAX_API_KEY"],
  "minimax-coding-plan": ["MINIMAX_API_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  moonshotai: ["MOONSHOT_API_KEY"],
  nebius: ["NEBIUS_API_KEY"],
  nvidia: ["NVIDIA_API_KEY"],
  "ollama-cloud": ["OLLAMA_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  opencode: ["OPENCODE_API_KEY"],
  "opencode-go": ["OPENCODE_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  perplexity: ["PERPLEXITY_API_KEY"],
  poe: ["POE_API_KEY"],
  requesty: ["REQUESTY_API_KEY"],
  togetherai: ["TOGETHER_API_KEY"],
  upstage: ["UPSTAGE_API_KEY"],
  venice: ["VENICE_API_KEY"],
  vercel: ["AI_GATEWAY_API_KEY"],
  xai: ["XAI_API_KEY"],
  zai: ["ZHIPU_API_KEY"],
  "zai-coding-plan": ["ZHIPU_API_KEY"],
  zhipuai: ["ZHIPU_API_KEY"],
};

const VERTEX = [
  "GOOGLE_VERTEX_PROJECT",
  "GOOGLE_VERTEX_LOCATION",
  "GOOGLE_CLOUD_PROJECT",
  "GOOGLE_CLOUD_LOCATION",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

/** What else a provider's library reads, and credentials that are more than one key: there is no file for these. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "amazon-bedrock": [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
  ],
  anthropic: ["ANTHROPIC_BASE_URL"],
  azure: ["AZURE_RESOURCE_NAME"],
  "azure-cognitive-services": ["AZURE_COGNITIVE_SERVICES_RESOURCE_NAME"],
  "cloudflare-ai-gateway": ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_GATEWAY_ID"],
  "cloudflare-workers-ai": ["CLOUDFLARE_ACCOUNT_ID"],
  "google-vertex": VERTEX,
  "google-vertex-anthropic": VERTEX,
  openai: ["OPENAI_BASE_URL"],
};

/** What there is of a provider's credentials where they are more than one key: each of these shows that it is in use. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  "amazon-bedrock": ["AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK"],
  "cloudflare-ai-gateway": ["CLOUDFLARE_API_TOKEN"],
  "google-vertex": ["GOOGLE_VERTEX_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS"],
  "google-vertex-anthropic": ["GOOGLE_VERTEX_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS"],
};

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/** How programs find their way out of the cluster; some read only the one, some only the other spelling. */
export const PROXY_VARIABLES: readonly string[] = [...PROXIES, ...PROXIES.map((name) => name.toLowerCase())];

/** Where programs find the certificates that they trust: paths. */
export const CERTIFICATE_VARIABLES: readonly string[] = [
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
];

/** Variables whose value is the path of a file or a folder that must be in the pod. */
export const FILE_VARIABLES: ReadonlySet<string> = new Set([
  ...CERTIFICATE_VARIABLES,
  "GOOGLE_APPLICATION_CREDENTIALS",
]);

export function keyVariables(provider: string): readonly string[] {
  return Object.hasOwn(KEYS, provider) ? (KEYS[provider] ?? []) : [];
}

export function settingVariables(provider: string): readonly string[] {
  return Object.hasOwn(SETTINGS, provider) ? (SETTINGS[provider] ?? []) : [];
}

/** The providers whose credentials a run can inherit from this environment. */
export function providersWithCredentials(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries({ ...KEYS, ...CREDENTIALS }).flatMap(([provider, names]) =>
    names.some((name) => env[name]) ? [provider] : [],
  );
}
