import type { Stamp } from "./timestamp.ts";

/** A line of a container's log that was not delivered before. */
export interface LogLine {
  readonly type: "line";
  /** The line without its newline; invalid UTF-8 is replaced by U+FFFD. */
  readonly text: string;
  /** Bytes that the line had in the log, its newline not counted. */
  readonly bytes: number;
  /** When the container runtime read the line, or the first piece of a long one. */
  readonly stamp: Stamp;
  /** The line was longer than the cap: `text` is its beginning. */
  readonly truncated: boolean;
}

/**
 * Lines are, or may be, missing here: rotated away, or of a container instance whose log does not exist any more.
 *
 * The line behind a gap may be the end of one whose beginning is missing: a runtime cuts the line that it is reading in two when
 * the kubelet rotates the log, and the rest comes as any other line (measured on 1.35.4 with containerd). At most one a gap, and the first.
 * The last line before a gap may be the beginning of one line and the end of another: rotation had cut both, and the kubelet
 * left out what was between them (seen, 1.35.4). Nothing in the bytes tells.
 * Nothing is missing in a gap that was claimed because such a line was the last one delivered before the stream was opened again.
 */
export interface LogGap {
  readonly type: "gap";
  /** Stamp of the last line delivered before the gap; `null` where there was none. */
  readonly after: Stamp | null;
  /**
   * Stamp of the first line after the gap; `null` where no line of the same container instance follows: its log ends somewhere
   * else than where it was read to.
   */
  readonly before: Stamp | null;
}

/** The container was started again: what follows is the log of this instance, from its beginning. */
export interface LogRestart {
  readonly type: "restart";
  /** As in the pod's status, `containerd://…`. */
  readonly containerId: string;
}

/** A line without a stamp: a message of the kubelet's own, such as "unable to retrieve container logs". Said once. */
export interface LogMessage {
  readonly type: "message";
  readonly text: string;
}

/** The log is over. `complete: false`: the pod was gone before its log had been read to the end, or lines are missing. */
export interface LogEnd {
  readonly type: "end";
  readonly complete: boolean;
}

export type LogEvent = LogLine | LogGap | LogRestart | LogMessage | LogEnd;

/** Events that came together, and by what the lines among them will be known again. */
export interface Batch {
  readonly events: LogEvent[];
  /** {@link textHash} of the line at the same place in `events`; {@link NO_LINE} where that is no line. */
  readonly hashes: number[];
}

export const NO_LINE = -1;

/** A batch of one event that is not a line. */
export function notice(event: Exclude<LogEvent, LogLine>): Batch {
  return { events: [event], hashes: [NO_LINE] };
}
