/** What Paperclip 2026.916 wants to hear of a cancel that was carried out. `now`: milliseconds since the epoch. */
export function acknowledged(now: number): { state: "acknowledged"; acknowledgedAt: string; forced: boolean } {
  return { state: "acknowledged", acknowledgedAt: new Date(now).toISOString(), forced: false };
}
