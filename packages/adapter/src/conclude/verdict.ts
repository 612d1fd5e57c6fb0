/** What a run came to. `code` is stable; Paperclip and operators branch on it. */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** Paperclip tells a timeout from a failure. */
      readonly timedOut?: boolean;
      /** The session cannot be gone on with. */
      readonly sessionLost?: boolean;
      /** The cause passes by itself. */
      readonly transient?: boolean;
      /** The provider wants to be paid, or its allowance is used up: Paperclip leaves the agent idle, and tries again. */
      readonly quota?: boolean;
    };
