import { expect, test } from "vitest";
import { readSession, sessionCodec } from "./session.ts";

test("a session is its id and where it was made", () => {
  const params = { sessionId: "ses_1", cwd: "/workspace" };
  expect(sessionCodec.deserialize(sessionCodec.serialize(params))).toEqual(params);
  expect(sessionCodec.getDisplayId?.(params)).toBe("ses_1");
});

test("the id alone is enough: handoff runs bring no more", () => {
  expect(readSession({ sessionId: "ses_1" })).toEqual({ sessionId: "ses_1", cwd: null });
  expect(sessionCodec.serialize({ sessionId: "ses_1" })).toEqual({ sessionId: "ses_1" });
  expect(sessionCodec.getDisplayId?.({ sessionId: "ses_1" })).toBe("ses_1");
});

test.each(["ses_1", " ses_1\n", { session_id: "ses_1" }, { sessionID: "ses_1" }])(
  "%j is the id alone as well, whoever wrote it",
  (params) => {
    expect(sessionCodec.deserialize(params)).toEqual({ sessionId: "ses_1" });
  },
);

test.each([null, undefined, {}, "", "  ", { sessionId: "" }, { sessionId: 7 }, 7, ["ses_1"]])(
  "%j is none",
  (params) => {
    expect(sessionCodec.deserialize(params)).toBeNull();
  },
);
