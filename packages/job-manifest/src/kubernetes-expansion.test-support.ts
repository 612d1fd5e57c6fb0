/**
 * What Kubernetes makes of `command`, `args` and `env[].value`: `$(NAME)` becomes the variable's value if there is one,
 * `$$` becomes `$`, and any other `$` takes the next *byte* along as if it were a character.
 */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\$|\(([^)]*)\)|[^\0-\x7f])/gu, (whole, next: string, name: string | undefined) => {
    if (next === "$") return "$";
    if (name === undefined) return `$${Buffer.from(next, "utf8").toString("latin1")}`;
    return Object.hasOwn(env, name) ? (env[name] ?? "") : whole;
  });
}
