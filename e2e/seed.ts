/** Of all that the suite draws by lot: the same in every run, unless `E2E_SEED` says another. */
export const SEED: number = Number(process.env["E2E_SEED"] ?? 1);
