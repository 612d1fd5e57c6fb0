import fc from "fast-check";

/**
 * Before each test file: its properties try the same cases in every run, so that the same tree always has the same answer.
 * `FC_SEED=12345 pnpm run test` tries others; a property that fails says its seed.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["FC_SEED"] ?? 1) });
