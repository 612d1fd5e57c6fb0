import { ApiFailure } from "./status.ts";

/** One step of an RFC 6902 patch. */
export interface PatchStep {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/**
 * What the steps of a JSON patch make of a document; all of them, or none.
 * @throws ApiFailure 422, in which the server does not say what was wrong
 */
export function jsonPatch(document: unknown, steps: PatchStep[]): unknown {
  const root = { document: structuredClone(document) };
  for (const step of steps) take(root, step);
  return root.document;
}

function take(root: { document: unknown }, { op, path, from = "", value }: PatchStep): void {
  switch (op) {
    case "add":
      return put(root, path, value, false);
    case "replace":
      return put(root, path, value, true);
    case "remove":
      return void remove(root, path);
    case "move":
      return put(root, path, remove(root, from), false);
    case "copy":
      return put(root, path, structuredClone(read(root, from)), false);
    case "test":
      if (JSON.stringify(read(root, path)) !== JSON.stringify(value)) throw refused();
      return;
    default:
      throw refused();
  }
}

type Container = Record<string, unknown> | unknown[];

/** The value that holds what the pointer names, and the key in it. */
function locate(root: { document: unknown }, pointer: string): { holder: Container; key: string } {
  if (pointer !== "" && !pointer.startsWith("/")) throw refused();
  const keys = [
    "document",
    ...pointer
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")),
  ];
  const key = keys.pop() ?? "";
  let holder: unknown = root;
  for (const step of keys) holder = (holder as Record<string, unknown> | null)?.[step];
  if (typeof holder !== "object" || holder === null) throw refused();
  return { holder: holder as Container, key };
}

function put(root: { document: unknown }, pointer: string, value: unknown, mustExist: boolean): void {
  const { holder, key } = locate(root, pointer);
  if (mustExist && !(key in holder)) throw refused();
  if (!Array.isArray(holder)) holder[key] = value;
  else if (mustExist) holder[Number(key)] = value;
  else if (key === "-") holder.push(value);
  else if (/^\d+$/.test(key) && Number(key) <= holder.length) holder.splice(Number(key), 0, value);
  else throw refused();
}

function remove(root: { document: unknown }, pointer: string): unknown {
  const value = read(root, pointer);
  const { holder, key } = locate(root, pointer);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return value;
}

function read(root: { document: unknown }, pointer: string): unknown {
  const { holder, key } = locate(root, pointer);
  if (!(key in holder)) throw refused();
  return (holder as Record<string, unknown>)[key];
}

function refused(): ApiFailure {
  return new ApiFailure(422, "Invalid", "the server rejected our request due to an error in our request", {});
}
