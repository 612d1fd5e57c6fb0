import { afterAll, beforeAll, describe, test } from "vitest";
import { byName } from "../by-name.ts";
import { Office, scenarios } from "./scenarios/index.ts";

let office: Office;

beforeAll(async () => {
  office = await Office.open();
});

afterAll(() => office?.[Symbol.asyncDispose]());

describe.concurrent("the real Paperclip, the real OpenCode, a real cluster", () => {
  test.for(byName(scenarios))("%s", ([, scenario], { onTestFailed }) => {
    onTestFailed(async () => console.error(`Runs that failed:\n${await office.failures()}`));
    return scenario.play(office);
  });
});
