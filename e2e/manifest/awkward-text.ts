import fc from "fast-check";

/** A file that only a shell could make which takes text for code. */
export const CANARY = "made-by-a-shell";

const COMMANDS = [`touch ${CANARY}`, `touch /tmp/${CANARY}`, `touch "$HOME/${CANARY}"`, `: >/workspace/${CANARY}`];
const codes = COMMANDS.flatMap((command) => [
  `$(${command})`,
  `\`${command}\``,
  `; ${command};`,
  `"; ${command} #`,
  `'; ${command} #`,
  `\n${command}\n`,
  `&& ${command} &`,
  `| ${command}`,
  `\${x:-$(${command})}`,
  `a[$(${command})]=1`,
  `%s$(${command})\\n`,
]);

/** Text that shells, C, YAML, Kubernetes and paths take for something else. */
export const awkwardText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...codes),
  fc.string({
    unit: fc.constantFrom(
      "$",
      "(",
      ")",
      "{",
      "}",
      "'",
      '"',
      "`",
      "\\",
      "\n",
      "\t",
      " ",
      "*",
      "?",
      "~",
      "-",
      "=",
      "😀",
      "é",
    ),
  }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    "-",
    "--",
    "--help",
    "-e",
    "-n",
    "$$(HOME)",
    "$(HOME)",
    "$HOME",
    "%n%s",
    "\\c",
    "\r\n",
    "\u2028",
    "\u0001\u007f",
  ),
  fc.constantFrom(
    "../../etc/passwd",
    "..",
    ".",
    "/",
    "//",
    "a//b",
    "~root",
    "null",
    "{{",
    "!!binary |",
    "'''",
    "x".repeat(100_000),
  ),
);
