import { assertLabelName, assertObjectName } from "../errors/index.ts";
import { collectionPath, type Job } from "../objects.ts";

/** One Job and no other: a name may be taken again, a uid never. */
export interface JobRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The identity of a Job that came from the API server: one of another origin has no uid, and no identity. */
export function refOf({ metadata }: Job): JobRef {
  return { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "", uid: metadata?.uid ?? "" };
}

/** URL path of this Job. @throws InvalidInputError for names that no Job can have */
export function pathOf({ namespace, name }: JobRef): string {
  assertLabelName("namespace", namespace);
  assertObjectName("job", name);
  return `${collectionPath.jobs(namespace)}/${name}`;
}
