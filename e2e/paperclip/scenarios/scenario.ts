import type { Office } from "./office.ts";

/** Something that can happen to an agent's run in Paperclip, and what must come of it. */
export interface Scenario {
  readonly name: string;
  /** @throws what is not as it must be */
  play(office: Office): Promise<void>;
}
