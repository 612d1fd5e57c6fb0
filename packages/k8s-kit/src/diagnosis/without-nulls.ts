/**
 * A copy in which a field that is null is not there. Some clients and controllers write `null` for "none", Go's JSON for an
 * empty list as well (Airflow PR 68328: `containerStatuses: null`); the types only know fields that are missing.
 */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value))
    return value.filter((item) => item !== null).map((item: unknown) => withoutNulls(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([key, field]: [string, unknown]) => [key, withoutNulls(field)])) as T;
}
