import { MARK } from "./probe-program.ts";

/** What the program of the probe has said so far. */
export interface ProbeAnswer {
  readonly opencode?:
    | { readonly kind: "version"; readonly version: string }
    | { readonly kind: "missing"; readonly path: string }
    /** It is there, and cannot be asked. */
    | { readonly kind: "failed"; readonly said: string };
  readonly api?:
    | { readonly kind: "status"; readonly status: number }
    | { readonly kind: "unreachable"; readonly why: string }
    /** The image has nothing to ask with. */
    | { readonly kind: "unchecked" };
}

/** The answer with what this line of the log says. */
export function withLine(answer: ProbeAnswer, line: string): ProbeAnswer {
  const [mark, what, ...rest] = line.split(" ");
  const text = rest.join(" ").trim();
  if (mark !== MARK) return answer;
  switch (what) {
    case "opencode.version": {
      // Plugins and warnings may speak first.
      const version = /\b\d+\.\d+\.\d+[-+.\w]*/.exec(text)?.[0];
      const opencode =
        version === undefined ? ({ kind: "failed", said: text } as const) : ({ kind: "version", version } as const);
      return { ...answer, opencode };
    }
    case "opencode.missing":
      return { ...answer, opencode: { kind: "missing", path: text } };
    case "opencode.failed":
      return { ...answer, opencode: { kind: "failed", said: text } };
    case "api.status":
      return { ...answer, api: { kind: "status", status: Number(text) } };
    case "api.unreachable":
      return { ...answer, api: { kind: "unreachable", why: text } };
    case "api.unchecked":
      return { ...answer, api: { kind: "unchecked" } };
    default:
      return answer;
  }
}
