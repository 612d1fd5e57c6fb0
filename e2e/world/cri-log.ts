/**
 * The lines of stdout in a container's log as containerd and CRI-O write it: records of `TIME STREAM TAGS CONTENT`, where
 * the tag `P` marks a piece of a line that goes on in the next record of its stream.
 */
export class CriLines {
  #begun = "";

  /** The lines that end in this file, and no piece of a record or of a line that has not ended yet. A line may begin in one file and end in the next. */
  read(file: string): string[] {
    const lines: string[] = [];
    for (const record of file.slice(0, file.lastIndexOf("\n") + 1).split("\n")) {
      const [, stream, tag, content] = /^\S+ (stdout|stderr) ([PF])\S* ?(.*)$/s.exec(record) ?? [];
      if (stream !== "stdout") continue;
      this.#begun += content ?? "";
      if (tag === "P") continue;
      lines.push(this.#begun);
      this.#begun = "";
    }
    return lines;
  }
}
