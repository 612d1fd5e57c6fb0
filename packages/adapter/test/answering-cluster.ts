import { Cluster } from "@opencode-k8s/k8s-kit";

/** A status, with what the API server says, or without. */
export type Refusal = number | { readonly status: number; readonly message: string };

/** A cluster that answers each path with this object or refuses it so; everything else is not there. Knows what it was asked. */
export function answeringCluster(answers: Readonly<Record<string, object | Refusal>>): {
  readonly cluster: Cluster;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const call = (url: string | URL | Request): Promise<Response> => {
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    asked.push(pathname);
    const answer = answers[pathname] ?? 404;
    const [status, body] = typeof answer === "number" ? [answer, failure(answer, "")] : inFull(answer);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  const headers = (): Promise<Record<string, string>> => Promise.resolve({});
  const transport = { call, stream: call, headers, close: (): Promise<void> => Promise.resolve() };
  return { cluster: new Cluster({ server: "https://api", transport }), asked };
}

function inFull(answer: object): [status: number, body: object] {
  if ("status" in answer && typeof answer.status === "number" && "message" in answer)
    return [answer.status, failure(answer.status, String(answer.message))];
  return [200, answer];
}

function failure(code: number, message: string): object {
  return { kind: "Status", status: "Failure", code, message };
}
