/** What a run may say. */
export interface RunOutput {
  /**
   * Bytes that OpenCode's events may have; past them it is ended (`stopReason` is `output_limit`), and what it wrote is
   * delivered. 256 MiB unless given. It is looked at once a second, so leave room in `scratch.run`, where the events lie.
   */
  maxOutputBytes?: number;
  /**
   * How many runs of the agent, this one and the latest before it, leave a copy of their events and the last 1 MiB of their
   * stderr on the shared claim; none unless given. Needs a `dataClaim` that the run can write to. A run takes up to
   * `maxOutputBytes` of the claim, so an agent this many times as much.
   */
  keptOutputs?: number;
}
