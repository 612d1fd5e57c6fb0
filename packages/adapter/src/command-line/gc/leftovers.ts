import { type Job, jobFact, type Lease, type Pod, readClaim } from "@opencode-k8s/k8s-kit";
import { COLLECTED } from "../../exclusion/index.ts";
import { createdAt, runIdOf } from "../runs/run-jobs.ts";
import { inWords } from "../output/span.ts";
import type { Survey } from "./survey.ts";

export type LeftKind = "Job" | "Secret" | "Lease" | "NetworkPolicy" | "PersistentVolumeClaim";

/** An object that is left of runs or agents, and what is to become of it. */
export interface Leftover {
  readonly kind: LeftKind;
  readonly name: string;
  /** Of the object as it was judged: changed since, it stays. */
  readonly uid: string;
  readonly resourceVersion: string;
  readonly action: "delete" | "keep";
  readonly reason: string;
}

export interface Rules {
  /** What is younger is kept, milliseconds. */
  readonly olderThanMs: number;
  /** Jobs whose result Paperclip has, which `retainJobs` keeps, are deleted, too. */
  readonly retained: boolean;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** A server may still read the log of a Job that has ended, or be away and come back, this long, milliseconds: `apiOutageSec`, and more. */
const READ_MS = 900_000;

/**
 * What of all this nobody uses. What is live, or may become so, is not among it; what only a person can judge is, and is kept.
 */
export function leftovers(survey: Survey, rules: Rules): Leftover[] {
  const { jobs, secrets, leases, policies, claims } = survey;
  return [
    ...jobs.flatMap((job) => ofJob(job, survey, rules)),
    ...secrets.flatMap((secret) => ofSecret(secret, survey, rules)),
    ...leases.flatMap((lease) => ofLease(lease, survey, rules)),
    ...policies
      .filter((policy) => !isAgentThere(policy, survey))
      .map((policy) => keep("NetworkPolicy", policy, POLICY)),
    ...claims
      .filter((claim) => !isAgentThere(claim, survey))
      .map((claim) => keep("PersistentVolumeClaim", claim, CLAIM)),
  ];
}

const POLICY =
  "no run of its agent is there now, and its next one sets it again: delete it by hand if the agent is gone";
const CLAIM = "it has the sessions of its agent: delete it by hand if the agent is gone, and they with it";

type Named = Pick<Job, "metadata">;

function ofJob(job: Job, { pods }: Survey, rules: Rules): Leftover[] {
  if (job.metadata?.deletionTimestamp !== undefined) return [];
  switch (jobFact(job, podsOf(job, pods))) {
    case "live":
    case "absent":
      return [];
    case "unstarted":
      return [aged("Job", job, createdAt(job), "never resumed: whoever made it went away", READ_MS, rules)];
    case "over":
      return [ofEndedJob(job, rules)];
  }
}

function ofEndedJob(job: Job, rules: Rules): Leftover {
  const ended = endedAt(job);
  switch (job.metadata?.annotations?.[COLLECTED]) {
    case undefined:
      return aged("Job", job, ended, "ended, and nobody took its result", READ_MS, rules);
    case "true":
      return rules.retained
        ? aged("Job", job, ended, "ended, and its result was handed over", 0, rules)
        : keep("Job", job, "retainJobs keeps it, its result was handed over: --retained deletes it");
    default:
      return aged("Job", job, ended, "ended, and a later run of its task went on without its result", 0, rules);
  }
}

/** Kubernetes collects what its Job owns; one that outlived a Job which was deleted with `--cascade=orphan` stays. */
function ofSecret(secret: Named, { jobs, pods }: Survey, rules: Rules): Leftover[] {
  const owners = (secret.metadata?.ownerReferences ?? []).map(({ uid }) => uid);
  const isUsed = [...jobs, ...pods].some(
    (each) => owners.includes(each.metadata?.uid ?? "") || runIdOf(each) === runIdOf(secret),
  );
  return isUsed ? [] : [aged("Secret", secret, createdAt(secret), "its Job is gone", 0, rules)];
}

function ofLease(lease: Lease, { jobs, pods }: Survey, rules: Rules): Leftover[] {
  const { holder, job: ref } = recordOf(lease);
  const acquired = new Date(lease.spec?.acquireTime ?? lease.metadata?.creationTimestamp ?? 0).getTime();
  if (ref === null) {
    // Its holder may wait for another Job of the agent, for hours.
    return holder === null ? [aged("Lease", lease, acquired, "nobody runs the agent", 0, rules)] : [];
  }
  const job = jobs.find(({ metadata }) => metadata?.uid === ref.uid) ?? null;
  const owned = pods.filter(isOwnedBy(ref.uid));
  switch (jobFact(job, owned)) {
    case "live":
    case "unstarted":
      return [];
    case "absent":
      return [aged("Lease", lease, acquired, "the Job that it names is gone", READ_MS, rules)];
    case "over":
      return [aged("Lease", lease, job ? endedAt(job) : acquired, "the Job that it names has ended", READ_MS, rules)];
  }
}

/** One that cannot be read is held, as far as anybody knows. */
function recordOf(lease: Lease): Pick<ReturnType<typeof readClaim>, "holder" | "job"> {
  try {
    return readClaim(lease);
  } catch {
    return { holder: "somebody", job: null };
  }
}

/** To be deleted, once it is old enough. `least`: younger than this it may be in use, whatever was asked for, milliseconds. */
function aged(
  kind: LeftKind,
  object: Named,
  since: number,
  reason: string,
  least: number,
  { olderThanMs, now }: Rules,
): Leftover {
  const age = now - since;
  const bound = Math.max(olderThanMs, least);
  const told = `${reason}, ${inWords(age)} ago`;
  if (age >= bound) return { ...identityOf(kind, object), action: "delete", reason: told };
  return keep(kind, object, `${told}: younger than ${inWords(bound)}`);
}

function keep(kind: LeftKind, object: Named, reason: string): Leftover {
  return { ...identityOf(kind, object), action: "keep", reason };
}

function identityOf(kind: LeftKind, { metadata }: Named): Pick<Leftover, "kind" | "name" | "uid" | "resourceVersion"> {
  const { name = "", uid = "", resourceVersion = "" } = metadata ?? {};
  return { kind, name, uid, resourceVersion };
}

function endedAt(job: Job): number {
  const ended = (job.status?.conditions ?? []).find(
    ({ type, status }) => /^(Complete|Failed)$/.test(type) && status === "True",
  );
  return new Date(ended?.lastTransitionTime ?? job.metadata?.creationTimestamp ?? 0).getTime();
}

function podsOf({ metadata }: Job, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(isOwnedBy(metadata?.uid ?? ""));
}

function isOwnedBy(uid: string): (pod: Pod) => boolean {
  return ({ metadata }) => (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

/** Is there a Job or a pod of the agent whose object it is? */
function isAgentThere({ metadata }: Named, { jobs, pods }: Survey): boolean {
  const label = "paperclip.io/agent-id";
  const agent = metadata?.labels?.[label];
  return [...jobs, ...pods].some((each) => each.metadata?.labels?.[label] === agent);
}
