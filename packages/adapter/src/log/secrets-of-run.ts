import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { parseObject, redactEnvForLogs } from "@paperclipai/adapter-utils/server-utils";
import { type ParseError, parse } from "jsonc-parser";
import { load } from "js-yaml";

/** Names of which Paperclip's helper does not know that they are of secrets. */
const SECRET_NAME = /pass|pwd|credential|auth(?!or)|bearer|jwt|private|dsn/i;

/** What secrets look like whatever they are called: keys of providers and forges, tokens, private keys. */
const SECRET_VALUE =
  /^(sk-|gh[opusr]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ[\w-]+\.eyJ|-----BEGIN [A-Z ]*PRIVATE KEY)/;

/** The scheme before a token in a header. */
const SCHEME = /^(bearer|basic|token)\s+/i;

/** In a URL: the password, as it is spelled there. */
const PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s@]+)@/i;

/** In a URL: what stands for the user. Forges take a token there, with any password or without one. */
const USER = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s:@]+)(?::[^/?#\s@]*)?@/i;

/** Keys of the configuration that hold nothing but secrets, and perhaps what they are for. */
const SECRET_KEYS: readonly string[] = ["providerKeys", "authJson"];

/** Keys of the configuration that hold secrets among other things. */
const MIXED_KEYS: readonly string[] = ["mcpServers", "kubeconfigText"];

/**
 * The values that must not be shown of a run: of `env` and of the configuration what is stored as a secret of Paperclip, or has
 * the name or the look of one; of JSON in them, such as OpenCode's configuration, the texts of which that holds; keys of
 * providers; and the tokens that Paperclip gives the run.
 * @param completed the configuration with what it inherited, once that is known
 */
export function secretsOfRun(sources: SecretSources, completed: object = {}): string[] {
  const { config, agent, authToken, runtimeMcp, runtimeTools } = sources;
  const found = new Found();
  const stored = parseObject(agent.adapterConfig);
  const marked = secretVariables(sources);
  const env = { ...parseObject(config.env), ...("env" in completed ? parseObject(completed.env) : {}) };
  for (const [name, value] of Object.entries(env)) found.named(name, value, marked.has(name));
  for (const [name, value] of [...Object.entries(config), ...Object.entries(completed)]) {
    if (SECRET_KEYS.includes(name)) found.all(name, value);
    else if (MIXED_KEYS.includes(name) || isReference(stored[name]))
      found.named(name, value, isReference(stored[name]));
  }
  const servers = runtimeMcp?.getServers() ?? [];
  for (const token of [authToken, runtimeTools?.bearerToken, ...servers.map((server) => server.token)])
    if (token !== undefined) found.secret(token);
  return [...found.values];
}

type SecretSources = Pick<AdapterExecutionContext, "config" | "agent" | "authToken" | "runtimeMcp" | "runtimeTools"> &
  Partial<Pick<AdapterExecutionContext, "context">>;

/** Names of variables that Paperclip keeps as secrets: of the agent, and, as its manifest of the run has them, of its project or routine. */
export function secretVariables({ agent, context }: Pick<SecretSources, "agent" | "context">): ReadonlySet<string> {
  const ofAgent = Object.entries(parseObject(parseObject(agent.adapterConfig).env));
  const { manifest } = parseObject(context?.paperclipSecrets);
  const resolved: readonly unknown[] = Array.isArray(manifest) ? manifest.map((each) => parseObject(each).envKey) : [];
  return new Set([
    ...ofAgent.flatMap(([name, value]) => (isReference(value) ? [name] : [])),
    ...resolved.filter((name) => typeof name === "string"),
  ]);
}

/** How Paperclip stores what it keeps as a secret. */
function isReference(stored: unknown): boolean {
  return parseObject(stored).type === "secret_ref";
}

class Found {
  readonly values = new Set<string>();

  secret(value: string): void {
    this.values.add(value.trim().replace(SCHEME, ""));
  }

  /** What is called so. `marked`: known as a secret, so that the whole text is one, too. */
  named(name: string, value: unknown, marked: boolean): void {
    if (typeof value !== "string") return this.#members(value, (member, text) => this.named(member, text, marked));
    const data = dataIn(value);
    if (data !== null) this.#members(data, (member, text) => this.named(member, text, false));
    const password = PASSWORD.exec(value.trim())?.[1];
    if (password !== undefined) this.secret(password);
    const user = USER.exec(value.trim())?.[1];
    if (user !== undefined && (SECRET_VALUE.test(user) || (password === undefined && /^https?:/i.test(value.trim()))))
      this.secret(user);
    if (marked || looksSecret(name, value)) this.secret(value);
  }

  /** Every text in it but those of a `type`. */
  all(name: string, value: unknown): void {
    const data = typeof value === "string" ? dataIn(value) : value;
    if (data !== null && data !== undefined && typeof data === "object") {
      this.#members(data, (member, inner) => this.all(member, inner));
    } else if (typeof value === "string" && name !== "type") {
      this.secret(value);
    }
  }

  #members(value: unknown, each: (name: string, member: unknown) => void): void {
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) each(name, member);
  }
}

/** By its name only where it can be one: a number or a switch is a setting. */
function looksSecret(name: string, value: string): boolean {
  if (SECRET_VALUE.test(value.trim())) return true;
  if (/^(\d{1,15}|true|false)$/i.test(value.trim())) return false;
  return SECRET_NAME.test(name) || redactEnvForLogs({ [name]: "" })[name] !== "";
}

/** The object or list that a text of JSON or YAML spells. By aliases a few lines could be without end: they are not followed. */
function dataIn(text: string): object | null {
  const errors: ParseError[] = [];
  const json: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length === 0) return typeof json === "object" ? json : null;
  try {
    const yaml = load(text, { maxAliases: 0 });
    return typeof yaml === "object" ? yaml : null;
  } catch {
    return null;
  }
}
