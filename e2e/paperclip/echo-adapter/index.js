/** How the agent ends: it closes its issue, as an agent does that is done, so that Paperclip starts no second run. */
async function closeIssue({ authToken, context, config }) {
  const response = await fetch(`${config.apiUrl}/api/issues/${context.issueId}`, {
    method: "PATCH",
    headers: { "content-type": "application/json", authorization: `Bearer ${authToken}` },
    body: JSON.stringify({ status: "done" }),
  });
  if (!response.ok) throw new Error(`PATCH issue: ${response.status} ${await response.text()}`);
}

const untilAborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** The smallest adapter that shows the harness to work: it logs what it was asked, and says so in the result. */
async function execute(ctx) {
  await ctx.onCancellationReady?.();
  await ctx.onLog("stdout", `${JSON.stringify({ type: "task", text: ctx.context.paperclipTaskMarkdown })}\n`);
  for (let line = 0; line < (ctx.config.lines ?? 0); line++) {
    await ctx.onLog("stdout", `${line} ${"é".repeat(ctx.config.width ?? 0)}\n`);
  }
  if (ctx.config.waitForCancel) {
    await untilAborted(ctx.signal);
    await ctx.onLog("stdout", `stopped: ${ctx.signal.reason.message}\n`);
    return {
      exitCode: null,
      signal: "SIGTERM",
      timedOut: false,
      errorMessage: "stopped",
      resultJson: {
        executionCancellation: { state: "acknowledged", acknowledgedAt: new Date().toISOString(), forced: false },
        executionRecovery: {
          kind: "interrupted",
          providerStopped: true,
          sessionPreserved: true,
          actionOutcomes: "settled",
        },
      },
    };
  }
  await closeIssue(ctx);
  return {
    exitCode: 0,
    signal: null,
    timedOut: false,
    summary: "Everything was echoed.",
    sessionParams: { sessionId: "echo-1" },
    sessionDisplayId: "echo-1",
    usage: { inputTokens: 7, outputTokens: 5, cachedInputTokens: 3 },
    usageBasis: "per_run",
    provider: "echo",
    model: "echo/one",
    costUsd: 0.25,
    resultJson: { echoed: true },
  };
}

export function createServerAdapter() {
  return {
    type: "echo",
    label: "Echo",
    models: [],
    agentConfigurationDoc: "",
    supportsLocalAgentJwt: true,
    execute,
    testEnvironment: async () => ({
      adapterType: "echo",
      status: "pass",
      checks: [],
      testedAt: new Date().toISOString(),
    }),
  };
}
