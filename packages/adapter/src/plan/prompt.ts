import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import {
  DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE,
  joinPromptSections,
  renderTemplate,
  selectPaperclipTaskMarkdown,
} from "@paperclipai/adapter-utils/server-utils";

/** What the agent is asked: the task of this wake, then Paperclip's rules of a heartbeat. */
export function runPrompt({ agent, runId, context }: AdapterExecutionContext, resumed: boolean): string {
  const template = renderTemplate(DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE, {
    agentId: agent.id,
    companyId: agent.companyId,
    runId,
    agent,
    company: { id: agent.companyId },
    run: { id: runId },
    context,
  });
  return joinPromptSections([selectPaperclipTaskMarkdown(context, { resumedSession: resumed }), template]);
}
