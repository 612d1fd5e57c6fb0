/** The field by which the items of a list are told apart (`patchMergeKey` of the API types). Other lists are replaced. */
const MERGE_KEYS: Record<string, string> = {
  conditions: "type",
  containers: "name",
  env: "name",
  hostAliases: "ip",
  imagePullSecrets: "name",
  initContainers: "name",
  ownerReferences: "uid",
  ports: "containerPort",
  volumeDevices: "devicePath",
  volumeMounts: "mountPath",
  volumes: "name",
};

/** Lists of plain values that are sets. */
const SETS = ["finalizers"];

const DELETE_FROM = "$deleteFromPrimitiveList/";

type Fields = Record<string, unknown>;

/** What a strategic merge patch makes of an object: a merge patch that knows which lists are maps and sets. */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const before = isFields(target) ? target : {};
  const { $patch, ...changes } = patch;
  if ($patch === "replace") return changes;
  const merged: Fields = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    if (key.startsWith(DELETE_FROM)) takeOut(merged, key.slice(DELETE_FROM.length), value);
    else if (key.startsWith("$")) continue; // hints about order and kept keys, which change nothing that is stored here
    else if (value === null || (isFields(value) && value.$patch === "delete")) delete merged[key];
    else merged[key] = mergeField(key, merged[key], value);
  }
  return merged;
}

function mergeField(name: string, before: unknown, value: unknown): unknown {
  if (!Array.isArray(value)) return strategicMergePatch(before, value);
  const old = Array.isArray(before) ? (before as unknown[]) : [];
  if (SETS.includes(name)) return [...new Set([...(value as unknown[]), ...old])];
  const key = MERGE_KEYS[name];
  return key === undefined ? value : mergeByKey(key, old as Fields[], value as Fields[]);
}

/** New items come first, as the server puts them. */
function mergeByKey(key: string, before: Fields[], patches: Fields[]): Fields[] {
  const patchOf = (item: Fields): Fields | undefined => patches.find((patch) => patch[key] === item[key]);
  const kept = before.filter((item) => patchOf(item)?.$patch !== "delete");
  const added = patches.filter(
    ({ $patch, ...item }) => $patch === undefined && !before.some((old) => old[key] === item[key]),
  );
  return [...added, ...kept.map((item) => strategicMergePatch(item, patchOf(item) ?? {}) as Fields)];
}

function takeOut(target: Fields, name: string, values: unknown): void {
  const gone = Array.isArray(values) ? (values as unknown[]) : [];
  const old = target[name];
  if (Array.isArray(old)) target[name] = (old as unknown[]).filter((value) => !gone.includes(value));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
