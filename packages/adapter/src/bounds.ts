/** Before there is a Job, the cluster has this long, milliseconds: a configuration that leads nowhere is told soon. */
export const BEFORE_MS = 10_000;

/** A Job that must not stay is deleted within this time, milliseconds, or its name is told. */
export const DELETE_MS = 20_000;
