import type { Locator, Page } from "playwright-core";

/** A field as the adapter describes it to Paperclip. */
export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly type: "text" | "textarea" | "number" | "toggle" | "select";
  readonly default?: unknown;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
  readonly meta?: { readonly secret?: boolean };
}

/** What a field of the form is given, and so what is stored. */
export type Typed = string | number | boolean;

/** The form of an agent's adapter, on the page `/agents/ID/configuration`. Its fields are found by their labels. */
export class AgentForm {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Waits until the form is there, and opens the part of it that is folded up. */
  static async on(page: Page): Promise<AgentForm> {
    await page.getByText("Advanced Run Policy").click();
    return new AgentForm(page);
  }

  async fill(field: FormField, value: Typed): Promise<void> {
    const row = this.#row(field);
    if (field.type === "toggle") await row.getByRole("switch").setChecked(value === true);
    else if (field.type === "select") await this.#choose(row, labelOf(field, value));
    else await row.locator("input, textarea").fill(String(value));
  }

  /** What the field shows. */
  async shown(field: FormField): Promise<Typed> {
    const row = this.#row(field);
    if (field.type === "toggle") return row.getByRole("switch").isChecked();
    if (field.type === "select") return valueOf(field, await row.getByRole("button").last().innerText());
    const text = await row.locator("input, textarea").inputValue();
    return field.type === "number" ? Number(text) : text;
  }

  /** Resolves when the server has taken it. */
  async save(): Promise<void> {
    const saved = this.#page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
    await this.#page.getByRole("button", { name: "Save changes" }).click();
    await saved;
  }

  /** The label's row, and the field below it or beside it. */
  #row({ label }: FormField): Locator {
    const exactly = new RegExp(`^${label.replace(/[.()]/g, "\\$&")}$`);
    return this.#page.locator("label, span").filter({ hasText: exactly }).first().locator("xpath=../..");
  }

  async #choose(row: Locator, option: string): Promise<void> {
    await row.getByRole("button").last().click();
    await this.#page.getByRole("dialog").getByRole("button", { name: option, exact: true }).click();
  }
}

function labelOf({ key, options = [] }: FormField, value: Typed): string {
  const option = options.find((each) => each.value === value);
  if (option === undefined) throw new Error(`${key} has no option ${value}`);
  return option.label;
}

function valueOf({ key, options = [] }: FormField, label: string): string {
  const option = options.find((each) => each.label === label.trim());
  if (option === undefined) throw new Error(`${key} has no option called ${label}`);
  return option.value;
}
