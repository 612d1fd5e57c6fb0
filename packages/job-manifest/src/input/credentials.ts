/** Credentials of model providers that come from whoever starts the run, and not from its configuration. */
export interface RunCredentials {
  /**
   * API keys by provider id, such as `{ anthropic: "…" }`. They are files, and OpenCode's configuration refers to them: no
   * tool of the agent has them in its environment. The agent works as the same user, and could read the files.
   * A provider whose configuration has an `apiKey` keeps that one.
   */
  providerKeys?: Readonly<Record<string, string>>;
  /**
   * Content of OpenCode's `auth.json`, a JSON object. OpenCode finds it where it looks for it, in its data, for as long as the
   * run takes; what it writes to it, such as a token that it renewed, is lost.
   */
  authJson?: string;
}
