/*
 * A claim: of all processes that want to run a Job for one thing (an agent, a repository, a tenant) at most one does.
 *
 * The protocol. Every write to the Lease is a compare-and-swap on its uid and resourceVersion.
 *
 * 1. acquire   a free claim gets a holder, an id made anew for this acquisition, and the next fencing number
 * 2. create    the holder creates its Job suspended: the Job controller makes no pod of it
 * 3. name      the Job's name and uid are written into the Lease
 * 4. resume    the Job's `suspend` is set to false, by uid; only now it gets its pod
 * 5. release   when the pod has ended, holder and Job are taken out of the Lease
 *
 * Whoever finds the claim held may take it, with step 1, when
 *
 * - no Job is named, and this very state of the Lease has been in its sight for 60 s of its own clock; or
 * - the named Job is over: finished and without a live pod, or gone without one, twice in 5 s, by fresh looks; or
 * - the named Job was still suspended after those 60 s, and it has deleted it, at the resourceVersion at which it was suspended.
 *
 * Why two holders never have live pods at the same time. A pod exists only of a Job that was resumed, and a Job is resumed only
 * after it was named. Naming takes the Lease from a state without a Job to one with it, so at most one Job is named at a time.
 * Its name leaves the Lease only when it can have no pod any more: a finished Job stays finished, a deleted one is never
 * resumed (404), and one that is resumed just before it would be deleted has another resourceVersion, and stays (409). So
 * the holder that slept, or whose request was on the way for an hour, is refused at step 3 or 4 by the API server itself; no
 * clock and no look at the fencing number is involved. Clocks decide only how soon a claim is taken, never whether safely.
 *
 * Adoption: whoever goes on observing a Job that was resumed takes its claim over with step 1, and leaves the Job named. So
 * still at most one Job is named, and none that the former holder could resume anew.
 *
 * What it rests on, besides the API server: the Job controller makes no pod of a Job more than 5 s after that is gone; a
 * holder releases only when its pod has ended; pods are those with `status.phase` neither Succeeded nor Failed (of a lost
 * node nobody knows better: such a pod is live until it is deleted); and nobody edits the Lease by hand. Who deletes it, or
 * empties it, takes the claim away from its holder, whose Job goes on.
 *
 * What it costs: one list and watch of the namespace's claims for all of them together, and a request each for acquire, name,
 * resume and release. Whoever waits also watches the Jobs and pods of the namespace, all who wait by the same two watches, and
 * looks at a Job anew, by two requests, when these do not show it live any more. A Job that is created suspended starts two answers of the API server later.
 */
export { acquireClaim, type AcquireOptions, type ClaimRequest } from "./acquire-claim.ts";
export type { Claim } from "./claim.ts";
export { CLAIM_LABEL, readClaim } from "./claim-record.ts";
export type { ClaimRecord, Holding } from "./holding.ts";
export { type JobFact, jobFact } from "./job-fact.ts";
export { ClaimHeldError, ClaimLostError, ForeignLeaseError } from "./errors.ts";
