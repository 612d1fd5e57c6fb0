import { PaperclipApiError } from "./api-error.ts";
import { readRunLog } from "./run-log.ts";
import type { RunLogPiece, RunLogRecord } from "./run-log.ts";
import type {
  Agent,
  AgentSkills,
  Comment,
  Company,
  EnvironmentTest,
  Health,
  InstalledAdapter,
  Issue,
  Json,
  ListedAdapter,
  NewAgent,
  NewComment,
  NewIssue,
  Run,
  RunEvent,
} from "./types.ts";

/** The longest wait for one answer, in ms: the cancel of a run waits up to 60 s for its adapter. */
const requestPatienceMs = 90_000;

/** The most that the server gives of a log in one answer, in bytes. */
const logPieceBytes = 1024 * 1024;

/**
 * Paperclip's API as the board sees it. Every method throws a `PaperclipApiError` for an answer that is not 2xx, and
 * fetch's own error when there is no answer.
 */
export class PaperclipClient {
  readonly #base: string;

  /** @param url of the server, without `/api`. */
  constructor(url: string) {
    this.#base = `${url}/api`;
  }

  health(): Promise<Health> {
    return this.#call("GET", "/health");
  }

  /** Installs an unpacked adapter package from a folder of the server's machine. */
  installAdapter(folder: string): Promise<InstalledAdapter> {
    return this.#call("POST", "/adapters/install", { packageName: folder, isLocalPath: true });
  }

  /** Installs an adapter package from the npm registry that the server's environment names. */
  installFromRegistry(packageName: string): Promise<InstalledAdapter> {
    return this.#call("POST", "/adapters/install", { packageName });
  }

  /** Adapters that there are, built-in ones included. */
  listAdapters(): Promise<ListedAdapter[]> {
    return this.#call("GET", "/adapters");
  }

  /** A disabled one is not offered for new agents. */
  disableAdapter(adapterType: string, disabled: boolean): Promise<Json> {
    return this.#call("PATCH", `/adapters/${adapterType}`, { disabled });
  }

  /** Reads its code anew, from where it lies. */
  reloadAdapter(adapterType: string): Promise<Json> {
    return this.#call("POST", `/adapters/${adapterType}/reload`, {});
  }

  /** Gets its newest version from the registry. */
  reinstallAdapter(adapterType: string): Promise<Json> {
    return this.#call("POST", `/adapters/${adapterType}/reinstall`, {});
  }

  removeAdapter(adapterType: string): Promise<Json> {
    return this.#call("DELETE", `/adapters/${adapterType}`);
  }

  configSchema(adapterType: string): Promise<Json> {
    return this.#call("GET", `/adapters/${adapterType}/config-schema`);
  }

  /** As the button of an agent's form does it; nothing of the configuration is kept. */
  testEnvironment(companyId: string, adapterType: string, adapterConfig: Json): Promise<EnvironmentTest> {
    return this.#call("POST", `/companies/${companyId}/adapters/${adapterType}/test-environment`, { adapterConfig });
  }

  /** What the form offers. */
  adapterModels(companyId: string, adapterType: string): Promise<{ readonly id: string; readonly label: string }[]> {
    return this.#call("GET", `/companies/${companyId}/adapters/${adapterType}/models`);
  }

  createCompany(name: string): Promise<Company> {
    return this.#call("POST", "/companies", { name });
  }

  createAgent(companyId: string, agent: NewAgent): Promise<Agent> {
    return this.#call("POST", `/companies/${companyId}/agents`, { role: "engineer", ...agent });
  }

  getAgent(agentId: string): Promise<Agent> {
    return this.#call("GET", `/agents/${agentId}`);
  }

  /** `adapterConfig` is merged by its top-level keys. */
  patchAgent(agentId: string, change: Json): Promise<Agent> {
    return this.#call("PATCH", `/agents/${agentId}`, change);
  }

  pauseAgent(agentId: string): Promise<Agent> {
    return this.#call("POST", `/agents/${agentId}/pause`, {});
  }

  resumeAgent(agentId: string): Promise<Agent> {
    return this.#call("POST", `/agents/${agentId}/resume`, {});
  }

  /** For good. */
  terminateAgent(agentId: string): Promise<Agent> {
    return this.#call("POST", `/agents/${agentId}/terminate`, {});
  }

  agentSkills(agentId: string): Promise<AgentSkills> {
    return this.#call("GET", `/agents/${agentId}/skills`);
  }

  /** Those that the agent is to have, and no others. */
  chooseSkills(agentId: string, desiredSkills: readonly string[]): Promise<AgentSkills> {
    return this.#call("POST", `/agents/${agentId}/skills/sync`, { mode: "replace", desiredSkills });
  }

  /** What an agent may cost in a month, in cents; 0 is without a limit. */
  setBudget(agentId: string, budgetMonthlyCents: number): Promise<Agent> {
    return this.#call("PATCH", `/agents/${agentId}/budgets`, { budgetMonthlyCents });
  }

  /** Books a cost of the agent's that no run had. */
  reportCost({ id: agentId, companyId }: Pick<Agent, "id" | "companyId">, costCents: number): Promise<Json> {
    const occurredAt = new Date().toISOString();
    const event = { agentId, provider: "demo", model: "demo", costCents, occurredAt };
    return this.#call("POST", `/companies/${companyId}/cost-events`, event);
  }

  /** Keeps a value in Paperclip's own store; agents refer to it by the id. */
  createSecret(companyId: string, name: string, value: string): Promise<Json & { readonly id: string }> {
    return this.#call("POST", `/companies/${companyId}/secrets`, { name, value });
  }

  /** Creates the issue ready to be worked on, which wakes its agent at once. */
  createIssue(companyId: string, issue: NewIssue): Promise<Issue> {
    // Without allowDuplicate, a second issue of the same title is answered with the first one.
    return this.#call("POST", `/companies/${companyId}/issues`, { status: "todo", allowDuplicate: true, ...issue });
  }

  getIssue(issueId: string): Promise<Issue> {
    return this.#call("GET", `/issues/${issueId}`);
  }

  patchIssue(issueId: string, change: Json): Promise<Issue> {
    return this.#call("PATCH", `/issues/${issueId}`, change);
  }

  /** The board's word on a run that was lost: nothing of it goes on. Its issue is worked on again. */
  restoreIssue(issueId: string, lost: { readonly actionId: string; readonly runId: string }): Promise<Json> {
    return this.#call("POST", `/issues/${issueId}/recovery-actions/resolve`, {
      actionId: lost.actionId,
      outcome: "restored",
      sourceIssueStatus: "todo",
      executionReconciliation: {
        runId: lost.runId,
        providerStopped: true,
        actionOutcome: "mixed",
        outcomeEvidence: "The board has looked at the run, and it may be gone on with.",
      },
    });
  }

  comment(issueId: string, comment: NewComment): Promise<Comment> {
    return this.#call("POST", `/issues/${issueId}/comments`, comment);
  }

  comments(issueId: string): Promise<Comment[]> {
    return this.#call("GET", `/issues/${issueId}/comments`);
  }

  /** The agent's runs, newest first. */
  listRuns(agent: Pick<Agent, "id" | "companyId">): Promise<Run[]> {
    return this.#call("GET", `/companies/${agent.companyId}/heartbeat-runs?agentId=${agent.id}`);
  }

  getRun(runId: string): Promise<Run> {
    return this.#call("GET", `/heartbeat-runs/${runId}`);
  }

  getRunEvents(runId: string): Promise<RunEvent[]> {
    return this.#call("GET", `/heartbeat-runs/${runId}/events?afterSeq=0&limit=1000`);
  }

  getRunLog(runId: string): Promise<RunLogRecord[]> {
    return readRunLog((offset) =>
      this.#call<RunLogPiece>("GET", `/heartbeat-runs/${runId}/log?offset=${offset}&limitBytes=${logPieceBytes}`),
    );
  }

  /** Answers when the adapter has settled, or after 60 s. */
  cancelRun(runId: string): Promise<Run> {
    return this.#call("POST", `/heartbeat-runs/${runId}/cancel`, {});
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.#base + path, {
      method,
      signal: AbortSignal.timeout(requestPatienceMs),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    const answer = parsed(text);
    if (!response.ok) throw new PaperclipApiError(method, path, response.status, answer);
    return answer as Answer;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
