import { badRequest } from "./status.ts";

export type Labels = Record<string, string>;

interface Requirement {
  key: string;
  operator: "=" | "!=" | "in" | "notin" | "exists" | "!";
  values: string[];
}

/** `key in (a,b)`, `key notin (a)`, `key=a`, `key==a`, `key!=a`, `key`, `!key`; one at a time, then a comma or the end. */
const REQUIREMENT =
  /^\s*(?:(?<setKey>[\w./-]+)\s+(?<set>in|notin)\s*\((?<values>[^()]*)\)|(?<key>[\w./-]+)\s*(?<operator>==|=|!=)\s*(?<value>[\w.-]*)|!\s*(?<absent>[\w./-]+)|(?<present>[\w./-]+))\s*(?:,|$)/;

/**
 * A test for labels from the text of a `labelSelector`.
 * @throws ApiFailure 400 when the text is no selector
 */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements: Requirement[] = [];
  let rest = text;
  while (rest.trim() !== "") {
    const match = REQUIREMENT.exec(rest);
    if (!match?.groups) throw badRequest(complaint(rest));
    requirements.push(requirementOf(match.groups));
    rest = rest.slice(match[0].length);
  }
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

function requirementOf(groups: Record<string, string | undefined>): Requirement {
  const { setKey, set, values = "", key, operator, value = "", absent, present } = groups;
  if (setKey !== undefined) {
    return {
      key: setKey,
      operator: set === "in" ? "in" : "notin",
      values: values.split(",").map((item) => item.trim()),
    };
  }
  if (key !== undefined) return { key, operator: operator === "!=" ? "!=" : "=", values: [value] };
  if (absent !== undefined) return { key: absent, operator: "!", values: [] };
  return { key: present ?? "", operator: "exists", values: [] };
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
  }
}

/** The server's words name the first token that does not fit. */
function complaint(rest: string): string {
  const token = /^\s*[\w./-]*\s*(?:==|=|!=)?\s*(?<found>[^\w\s])/.exec(rest)?.groups?.found ?? "";
  return `unable to parse requirement: found '${token}', expected: identifier`;
}
