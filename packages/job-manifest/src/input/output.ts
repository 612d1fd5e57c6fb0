/** What a run may say. */
export interface RunOutput {
  /**
   * Bytes that OpenCode's events may have; past them it is ended (`stopReason` is `output_limit`), and what it wrote is
   * delivered. 256 MiB unless given. It is looked at once a second, so leave room in `scratch.run`, where the events lie.
   */
  maxOutputBytes?: number;
}
