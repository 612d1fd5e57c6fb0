/**
 * The lines of stdout in a container's log as containerd and CRI-O write it: records of `TIME STREAM TAGS CONTENT`, where
 * the tag `P` marks a piece of a line that goes on in the next record of its stream.
 */
export class CriLines {
  /** Bytes as latin1: a piece may end in the middle of a character. */
  #begun = "";

  /**
   * The lines that end in this file, less a record that is not written to its end. A line may begin in one file and end in
   * the next.
   */
  read(file: Buffer): string[] {
    const lines: string[] = [];
    const text = file.toString("latin1", 0, file.lastIndexOf("\n") + 1);
    for (const record of text.split("\n")) {
      const [, stream, tag, content] = /^\S+ (stdout|stderr) ([PF])\S* ?(.*)$/s.exec(record) ?? [];
      if (stream !== "stdout") continue;
      this.#begun += content ?? "";
      if (tag === "P") continue;
      lines.push(Buffer.from(this.#begun, "latin1").toString("utf8"));
      this.#begun = "";
    }
    return lines;
  }
}
