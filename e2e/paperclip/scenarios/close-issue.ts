/**
 * A line of shell that closes the issue of its run, as an agent does. The image has no HTTP client but what bash has built in,
 * and of what people write, Paperclip takes `\n` for the end of a line.
 */
export const CLOSE_ISSUE: string = [
  "server=${PAPERCLIP_API_URL#http://}",
  'body=\'{"status":"done","comment":"Closed from inside the pod."}\'',
  "cr=$'\\x0d'",
  "exec 3<>/dev/tcp/${server%:*}/${server#*:}",
  'echo "PATCH /api/issues/$PAPERCLIP_TASK_ID HTTP/1.1$cr" >&3',
  'echo "Host: $server$cr" >&3',
  'echo "Authorization: Bearer $PAPERCLIP_API_KEY$cr" >&3',
  'echo "Content-Type: application/json$cr" >&3',
  'echo "Content-Length: ${#body}$cr" >&3',
  'echo "Connection: close$cr" >&3',
  'echo "$cr" >&3',
  'echo -n "$body" >&3',
  "head -n 1 <&3",
].join("; ");
