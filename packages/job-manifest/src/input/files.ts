/** Files that go with a run, such as the agent's skills and instructions. */
export interface RunFiles {
  files?: readonly RunFile[];
}

export interface RunFile {
  /** Relative, below `FILES_DIR`: `skills/release/SKILL.md`. Unlike the content it can be read in the pod's manifest. */
  path: string;
  /** A text, or the bytes; 1 MiB at most. */
  content: string | Uint8Array;
  /** Whether it can be run as a program; false by default. */
  executable?: boolean;
}
