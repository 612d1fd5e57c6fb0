/**
 * The lines of stdout in a container's log file as containerd and CRI-O write it: records of
 * `TIME STREAM TAGS CONTENT`, where the tag `P` marks a piece of a line that goes on in the next record of its stream.
 * A last line that is not ended yet is left out.
 */
export function linesOfCriLog(file: string): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const record of file.slice(0, file.lastIndexOf("\n") + 1).split("\n")) {
    const [, stream, tag, content] = /^\S+ (stdout|stderr) ([PF])\S* ?(.*)$/s.exec(record) ?? [];
    if (stream !== "stdout") continue;
    begun += content ?? "";
    if (tag === "P") continue;
    lines.push(begun);
    begun = "";
  }
  return lines;
}
