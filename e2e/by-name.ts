/** The cases of a `test.for` whose title is `%s`: other placeholders cut a long name. */
export function byName<S extends { readonly name: string }>(all: readonly S[]): [name: string, scenario: S][] {
  return all.map((scenario) => [scenario.name, scenario]);
}
