/** An error as JSON: what a program can see of it, so that the same shape can be made again in a test. */
export type Shape =
  | string
  | number
  | boolean
  | null
  | readonly Shape[]
  | { readonly $error: string; readonly own: Readonly<Record<string, Shape>> }
  | { readonly [field: string]: Shape };

/** Fields of a foreign response that say what happened. Never its request: that one holds the token. */
const TELLING = ["statusCode", "statusMessage", "status", "statusText", "headers", "body"];
/** Ports, and where in the code it happened. */
const CHANGING = ["stack", "port", "socket"];
const HEADERS = ["content-type", "retry-after"];

/** The shape of whatever was thrown, less stacks, functions, and what differs from one recording to the next. */
export function shapeOf(value: unknown, depth: number = 0): Shape {
  if (typeof value === "string") {
    return value.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:6443").replaceAll(/"date":"[^"]*"/g, '"date":""');
  }
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth > 5) return null;
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, depth + 1));
  // node-fetch makes its errors by hand: they are no errors to `Error.isError`.
  if (value instanceof Error) {
    const names = new Set(["name", "message", "code", "cause", "errors", ...Object.keys(value)]);
    return { $error: value.constructor.name, own: fields(value, [...names], depth) };
  }
  const plain = Object.getPrototypeOf(value) === Object.prototype;
  return fields(value, plain || value.constructor.name.startsWith("V1") ? Object.keys(value) : TELLING, depth);
}

function fields(value: object, names: readonly string[], depth: number): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  for (const name of names) {
    const field = (value as Record<string, unknown>)[name];
    if (field === undefined || typeof field === "function" || CHANGING.includes(name)) continue;
    shapes[name] = name === "headers" ? fields(field as object, HEADERS, depth + 1) : shapeOf(field, depth + 1);
  }
  return shapes;
}

/** Makes the error of a recorded shape again. */
export function errorOfShape(shape: Shape): unknown {
  if (shape === null || typeof shape !== "object") return shape;
  if (Array.isArray(shape)) return shape.map(errorOfShape);
  const error = shape as { readonly $error?: string; readonly own?: Readonly<Record<string, Shape>> };
  if (error.$error === undefined || error.own === undefined) {
    return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, errorOfShape(field)]));
  }
  const made = new Error();
  for (const [name, field] of Object.entries(error.own)) {
    Object.defineProperty(made, name, { value: errorOfShape(field), enumerable: true, configurable: true });
  }
  return made;
}
