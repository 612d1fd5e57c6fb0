import type { TranscriptEntry as PaperclipEntry } from "@paperclipai/adapter-utils";
import { expectTypeOf, test } from "vitest";
import type { TranscriptEntry } from "./index.ts";

test("Paperclip takes each entry as one of its own (told by the type check)", () => {
  expectTypeOf<TranscriptEntry>().toExtend<PaperclipEntry>();
});
