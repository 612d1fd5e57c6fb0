import { readError } from "./recognise.ts";

/*
 * Each recognises an error of this package as well as one that client-node 0.x, 1.x or 2.x threw, however deep it lies in
 * causes. They return booleans, not types: a foreign error does not become a KubernetesError.
 */

const answered = (error: unknown, status: number): boolean => {
  const facts = readError(error);
  return facts?.kind === "answer" && facts.status === status;
};

/** 404: the object, or the namespace it would be in, does not exist. */
export const isNotFound = (error: unknown): boolean => answered(error, 404);

/** 410: the resourceVersion, or the place in a list, is too old; list again. */
export const isGone = (error: unknown): boolean => answered(error, 410);

/** 401: the credentials were not accepted. */
export const isUnauthorized = (error: unknown): boolean => answered(error, 401);

/** 403: the identity has no right to do this, or an admission plugin said no. */
export const isForbidden = (error: unknown): boolean => answered(error, 403);

/** 429: too many requests at once; {@link retryAfterMs} tells how long to wait. Evictions that a budget forbids have it, too. */
export const isTooManyRequests = (error: unknown): boolean => answered(error, 429);

/** 409 with reason `AlreadyExists`: a create met an object of that name. */
export function isAlreadyExists(error: unknown): boolean {
  const facts = readError(error);
  return facts?.kind === "answer" && facts.status === 409 && facts.reason === "AlreadyExists";
}

/**
 * 409, but not `AlreadyExists`: what was required of the object does not hold, its resourceVersion (somebody else was
 * faster) or its uid (it is another object by now). client-node's watch and log lose the reason: their 409 is a conflict.
 */
export function isConflict(error: unknown): boolean {
  const facts = readError(error);
  return facts?.kind === "answer" && facts.status === 409 && facts.reason !== "AlreadyExists";
}

/** Statuses behind which the same request may succeed a moment later (API conventions, "HTTP status codes"). */
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * May the same request succeed later, unchanged? True also when no answer came at all, or not within its time; false where
 * certificates do not match, which waiting does not mend. Says nothing about whether the failed try had an effect.
 */
export function isTransient(error: unknown): boolean {
  const facts = readError(error);
  return facts?.kind === "no-answer" || (facts?.kind === "answer" && TRANSIENT_STATUS.has(facts.status));
}

/** How long the server asked to wait before the next try, milliseconds; 0 when it did not. */
export function retryAfterMs(error: unknown): number {
  const facts = readError(error);
  return facts?.kind === "answer" ? (facts.retryAfterMs ?? 0) : 0;
}
