import { parseLine } from "@opencode-k8s/opencode-parse";
import type { ModelRequest, ModelServer } from "../../../packages/kube-sim/src/model-server/index.ts";
import { textOf, waitForRun } from "../index.ts";
import type { Agent, Issue, NewComment, Run } from "../index.ts";
import type { PaperclipClient } from "../client.ts";
import type { Answers } from "./answers.ts";

/** An agent of a scenario, and what the board does with it. Its runs are counted from 0. */
export class Worker {
  readonly agent: Agent;
  readonly models: ModelServer;
  readonly #api: PaperclipClient;
  readonly #answers: Answers;

  constructor(api: PaperclipClient, agent: Agent, models: ModelServer, answers: Answers) {
    this.#api = api;
    this.agent = agent;
    this.models = models;
    this.#answers = answers;
  }

  /** Gives it something to do, which wakes it at once. */
  assign(description: string, title = "A task"): Promise<Issue> {
    return this.#api.createIssue(this.agent.companyId, { title, description, assigneeAgentId: this.agent.id });
  }

  /** Its model answers so many more times, and then no more until it is allowed to. */
  allowAnswers(more: number): void {
    this.#answers.allow(more);
  }

  /** A run in whose log is a line like this; by default one of OpenCode's. */
  untilLogged(nth: number, line: RegExp = /^\{"type":/m): Promise<Run> {
    return waitForRun(this.#api, this.agent, { nth, until: async (run) => line.test(await this.#log(run)) });
  }

  /** A run of which the adapter says this to Paperclip, as its present status. */
  untilStatus(nth: number, status: RegExp): Promise<Run> {
    return waitForRun(this.#api, this.agent, {
      nth,
      until: ({ currentStatusMessage }) => status.test(currentStatusMessage ?? ""),
    });
  }

  /** A run that is in the middle of its work: its model has answered once, and is asked again in vain. */
  async inTheMiddle(nth: number): Promise<Run> {
    const before = this.#answers.asked;
    this.allowAnswers(1);
    await this.untilLogged(nth);
    return waitForRun(this.#api, this.agent, { nth, until: () => this.#answers.asked >= before + 2 });
  }

  /** A run that is over. */
  ended(nth: number): Promise<Run> {
    return waitForRun(this.#api, this.agent, { nth });
  }

  /** All of its runs so far, oldest first. */
  async runs(): Promise<Run[]> {
    return (await this.#api.listRuns(this.agent)).toReversed();
  }

  /** Lets a run end, with the issue closed before its end, as an agent does: no other run is wanted. */
  async finish(nth: number, issue: Pick<Issue, "id">): Promise<Run> {
    this.#answers.hold();
    await waitForRun(this.#api, this.agent, {
      nth,
      until: async (run) => /^\[paperclip\] Running in pod/m.test(await this.#log(run)),
    });
    await this.#api.patchIssue(issue.id, { status: "done" });
    this.allowAnswers(Infinity);
    return this.ended(nth);
  }

  /** A comment of the board. */
  async tell(issue: Pick<Issue, "id">, body: string, more: Omit<NewComment, "body"> = {}): Promise<void> {
    await this.#api.comment(issue.id, { body, ...more });
  }

  /** OpenCode's lines in a run's log; the others are the adapter's and Paperclip's own. */
  async events(run: Run): Promise<string[]> {
    const lines = (await this.#log(run)).split("\n");
    return lines.filter((line) => line.startsWith("{") && parseLine(line).type !== "unknown");
  }

  /** What its model was asked in a session. */
  asked(session: string | null): ModelRequest[] {
    return this.models.requests.filter((request) => request.session === session && request.tools.length > 0);
  }

  async #log(run: Run): Promise<string> {
    if (run.logRef === null) return "";
    return textOf(await this.#api.getRunLog(run.id));
  }
}
