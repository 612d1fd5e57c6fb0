import { adapterType } from "../adapter-type.ts";

/** With {@link formatStdoutEvent} this module is what Paperclip's programs for the terminal call the formatter of an adapter. */
export const type: string = adapterType();

export { formatStdoutEvent } from "./format-stdout-event.ts";
