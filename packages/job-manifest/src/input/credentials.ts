/** Credentials of model providers that come from whoever starts the run, and not from its configuration. */
export interface RunCredentials {
  /**
   * API keys by provider id, such as `{ anthropic: "…" }`. They are files, and OpenCode's configuration refers to them: no
   * tool of the agent has them in its environment. The agent works as the same user, and could read the files.
   * A provider whose configuration has an `apiKey` keeps that one.
   */
  providerKeys?: Readonly<Record<string, string>>;
}
