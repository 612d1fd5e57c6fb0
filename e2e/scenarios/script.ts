/** A burst after another of numbered lines, as a script that is a run's OpenCode writes them. */
export interface Burst {
  readonly lines: number;
  /** Of a line, about. */
  readonly bytes: number;
  readonly pauseSeconds: number;
}

/** The folder that a run shares with its scenario, and the volume in its pod, as the adapter calls what `extraVolumes` has. */
export const STATE = { name: "state", mountPath: "/state", source: { emptyDir: {} } };
export const STATE_VOLUME = "extra-state";

const PART = '"messageID":"msg_1","sessionID":"ses_1"';

function event(type: string, id: string, part: string): string {
  return `{"type":"${type}","timestamp":1700000000000,"sessionID":"ses_1","part":{"id":"${id}",${PART},${part}}}`;
}

/** What the run comes to. */
export const ANSWER = "Done.";
const TOKENS = '"tokens":{"total":2,"input":1,"output":1,"reasoning":0,"cache":{"read":0,"write":0}}';

/** OpenCode, as a shell script that answers. */
export const ANSWERING: string = `echo '${event("text", "prt_text", `"type":"text","text":"${ANSWER}","time":{"start":1,"end":1}`)}'
echo '${event("step_finish", "prt_end", `"type":"step-finish","reason":"stop","cost":0,${TOKENS}`)}'
`;

/** OpenCode, as a shell script that writes events, all of them different, until there is `/state/stop`, and then answers. */
export function endlessOpenCode({ lines, bytes, pauseSeconds }: Burst): string {
  const [head = "", tail = ""] = event("step_start", "prt_N", '"type":"step-start"').split("N");
  const filled = tail.replace(/}$/, `,"fill":"${"x".repeat(Math.max(0, bytes - head.length - tail.length - 20))}"}`);
  return `k=0
until [ -e ${STATE.mountPath}/stop ]; do
  awk -v k=$k -v head='${head}' -v tail='${filled}' 'BEGIN { for (i = 1; i <= ${lines}; i++) print head k * ${lines} + i tail }'
  k=$((k + 1))
  sleep ${pauseSeconds}
done
${ANSWERING}`;
}
