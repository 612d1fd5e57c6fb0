import type { AdapterModel } from "@paperclipai/adapter-utils";
import { abortable, type Clock, deadline, systemClock } from "@opencode-k8s/k8s-kit";
import { providersWithCredentials } from "../paperclip-pod/environment/known-variables.ts";
import { type ServerProcess, thisProcess } from "../server-process.ts";
import { modelsOf } from "./catalogue.ts";
import { fetchCatalogue } from "./fetch-catalogue.ts";
import { WELL_KNOWN_PROVIDERS, wellKnownModels } from "./well-known.ts";

/** Milliseconds that a list waits for the catalogue: somebody waits for the form. */
const WAIT_MS = 2_000;

/** Milliseconds that fetching it may take, with nobody waiting, or with somebody who asked for just that. */
const FETCH_MS = 20_000;

/** Milliseconds until it is fetched again: as OpenCode does it (read in its source), and sooner where there was none. */
const FRESH_MS = 60 * 60_000;
const FAILED_MS = 5 * 60_000;

/**
 * The models that agents of this server can be given: those of the providers whose credentials a run can inherit from the server,
 * and of well-known ones where it has none. No process is started, nothing is thrown; without the catalogue, well-known models are shown.
 */
export class ModelList {
  readonly #server: Pick<ServerProcess, "env" | "fetchJson">;
  readonly #clock: Clock;
  readonly #providers: readonly string[];
  #models: AdapterModel[];
  /** Of the clock, milliseconds: when to ask again. */
  #askedUntil = -Infinity;
  #fetching: Promise<void> | null = null;

  constructor(server: Pick<ServerProcess, "env" | "fetchJson"> = thisProcess, clock: Clock = systemClock) {
    this.#server = server;
    this.#clock = clock;
    const providers = providersWithCredentials(server.env);
    this.#providers = providers.length === 0 ? WELL_KNOWN_PROVIDERS : providers;
    this.#models = wellKnownModels(this.#providers);
  }

  /** What is known now; at first, and once an hour, it waits up to two seconds for the catalogue. */
  async list(): Promise<AdapterModel[]> {
    if (this.#clock.monotonic() < this.#askedUntil) return this.#models;
    using limit = deadline(this.#clock, WAIT_MS, "the catalogue of models");
    // It goes on, and the next list has what it brings.
    await abortable(this.#fetch(), limit.signal).catch(() => undefined);
    return this.#models;
  }

  /** The same with the catalogue of now. */
  async refresh(): Promise<AdapterModel[]> {
    await this.#fetch();
    return this.#models;
  }

  /** One at a time. Never rejects. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#ask().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #ask(): Promise<void> {
    using limit = deadline(this.#clock, FETCH_MS, "the catalogue of models");
    let nextMs = FAILED_MS;
    try {
      const models = modelsOf(await fetchCatalogue(this.#server, limit.signal), this.#providers);
      if (models.length > 0) this.#models = models;
      nextMs = FRESH_MS;
    } catch {
      // What was known stays.
    }
    this.#askedUntil = this.#clock.monotonic() + nextMs;
  }
}
