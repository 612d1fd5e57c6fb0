import { get } from "node:https";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import type { IncomingMessage } from "node:http";
import { KubeConfig, Log } from "@kubernetes/client-node";
import { connectCluster, type FollowedContainer, followLog } from "@opencode-k8s/k8s-kit";

/** Reads a served log of so many lines to its end, and returns how many it read. */
export type LogReader = (kubeconfig: string, lines: number) => Promise<number>;

const CONTAINER: FollowedContainer = {
  namespace: "bench",
  pod: "bench",
  podUid: "bench",
  container: "main",
  state: () => ({ kind: "running", containerId: "bench", previousId: null, restarts: 0, mayRestart: false }),
  changed: () => new Promise(() => undefined),
};

/** This package. */
export const follow: LogReader = async (kubeconfig, lines) => {
  const cluster = connectCluster({ kind: "text", text: kubeconfig });
  let seen = 0;
  for await (const event of followLog(cluster, CONTAINER, { signal: new AbortController().signal })) {
    if (event.type !== "line") throw new Error(`unexpected: ${event.type}`);
    seen += 1;
    if (seen === lines) break;
  }
  await cluster.close();
  return seen;
};

/** As little as a loop can do that reads lines from a socket: split at newlines, decode UTF-8. */
export const bareLoop: LogReader = async (kubeconfig) => {
  const response = await request(kubeconfig);
  let seen = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      if (bytes.toString("utf8", start, end).length > 0) seen += 1;
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  return seen;
};

/** Less than that: every byte from the socket, and nothing done with it. No reader of lines can be faster. */
export const drain: LogReader = async (kubeconfig, lines) => {
  const response = await request(kubeconfig);
  for await (const _ of response);
  return lines;
};

/** client-node's `Log`, piped into Node's `readline`, which takes U+2028 for the end of a line, too. */
export const clientNode: LogReader = async (kubeconfig) => {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const stream = new PassThrough();
  const readable = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  await new Log(config).log("bench", "bench", "main", stream, { follow: true, timestamps: true });
  let seen = 0;
  for await (const line of readable) if (line.length > 0) seen += 1;
  return seen;
};

async function request(kubeconfig: string): Promise<IncomingMessage> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const options = {};
  await config.applyToHTTPSOptions(options);
  const url = `${config.getCurrentCluster()?.server ?? ""}/api/v1/namespaces/bench/pods/bench/log?follow=true&timestamps=true`;
  return new Promise((resolve, reject) => get(url, options, resolve).once("error", reject));
}
