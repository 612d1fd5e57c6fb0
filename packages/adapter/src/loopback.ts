/** Does the address lead back to whoever asks? Of a pod that is the pod, and not the Paperclip server. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(new URL(url).hostname);
}
