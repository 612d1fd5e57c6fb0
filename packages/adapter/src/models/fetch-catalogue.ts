import { withoutSlash } from "../paths.ts";
import type { FetchJson, ServerProcess } from "../server-process.ts";

/** Where OpenCode 1.18.33 asks (read in its binary), with `/api.json` behind it; operators of a mirror set the same variable for it. */
const CATALOGUE_URL = "https://models.opencode.ai";

/** Bytes. The catalogue in OpenCode 1.18.33 is about 5 MiB; no server of any kind is to fill Paperclip's memory. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The catalogue of all models, or `null` where it is not to be asked for.
 * @throws what `fetch` throws; the signal's reason; an Error for an answer that is none, or too large. May be tried again later
 */
export async function fetchCatalogue(
  { env, fetchJson = fetch }: { readonly env: ServerProcess["env"]; readonly fetchJson?: FetchJson | undefined },
  signal: AbortSignal,
): Promise<unknown> {
  if (["1", "true"].includes(env["OPENCODE_DISABLE_MODELS_FETCH"]?.toLowerCase() ?? "")) return null;
  const base = env["OPENCODE_MODELS_URL"]?.trim() || CATALOGUE_URL;
  const response = await fetchJson(`${withoutSlash(base)}/api.json`, {
    headers: { accept: "application/json" },
    signal,
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the catalogue of models answered HTTP ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> = response.body;
  // Leaving the loop cancels the body.
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`the catalogue of models is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
