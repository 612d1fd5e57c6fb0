/** What a command ends with. Above 128: 128 and the number of the signal, as shells have it. */
export const EXIT = {
  done: 0,
  /** A run failed, or would, or is stuck, or has no log. */
  failed: 1,
  /** What was asked for makes no sense as it is: an option, a configuration, a kubeconfig, a run that is not there. */
  usage: 2,
  /** The cluster refused, or did not answer, if only in part. */
  cluster: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
