const REACHED = String.raw`(?:reached|hit|exceeded|exhausted|used up)`;
const LIMIT = String.raw`(?:step limit|limit of steps|max(?:imum)?(?: number| count| amount)?(?: of)?(?: allowed)? (?:agent )?steps?|max(?:imum)? step (?:limit|count))`;

/** OpenCode makes the model begin with a statement that the maximum of steps was reached; an answer that only speaks of limits does not. */
const STATEMENT = new RegExp(
  String.raw`^[^\p{L}\n]{0,12}(?:critical\W{1,5}|note\W{1,5}|unfortunately,? )?(?:the |this agent's |my )?${LIMIT}[^.\n]{0,60}\b${REACHED}` +
    String.raw`|^[^\p{L}\n]{0,12}(?:note\W{1,5}|unfortunately,? )?(?:i|we|the agent|this agent)(?:['’]ve| have| has)?(?: now| already| just)? ${REACHED}[^.\n]{0,40}\b${LIMIT}`,
  "imu",
);

/** Where the statement is looked for, in UTF-16 units from the beginning of the answer. */
const BEGINNING = 400;

export function saysStepLimit(answer: string): boolean {
  return STATEMENT.test(answer.slice(0, BEGINNING));
}
