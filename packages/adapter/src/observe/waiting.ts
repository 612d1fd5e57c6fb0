import type { Clock } from "@opencode-k8s/k8s-kit";
import { keepAlive } from "./keepalive.ts";
import type { Narrator } from "./narrator.ts";

/**
 * Does what may have to wait, and tells what it waits for as often as Paperclip needs to hear it: it forgets a status after 90 s
 * (2026.916), and takes a run that writes nothing for lost (2026.824).
 * @param work calls its argument with what it waits for, each time that it changes
 * @throws what the work throws
 */
export async function whileWaiting<T>(
  clock: Clock,
  narrator: Narrator,
  work: (onWait: (message: string) => void) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let messages = 0;
  let present = "";
  const onWait = (message: string): void => {
    present = message;
    messages += 1;
    // A log that Paperclip does not take is told of with the lines of the run.
    narrator.say(message).catch(() => undefined);
    if (messages > 1) return;
    const tell = (seconds: number): Promise<void> => narrator.status(`${present}, for ${seconds} s`);
    void keepAlive(clock, { lines: () => messages, tell, touch: narrator.touch }, over.signal);
  };
  try {
    return await work(onWait);
  } finally {
    over.abort();
  }
}
