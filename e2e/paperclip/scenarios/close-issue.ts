/** A line of shell that closes the issue of its run, as an agent does. The image has no HTTP client but what bash has built in. */
export const CLOSE_ISSUE: string = [
  "server=${PAPERCLIP_API_URL#http://}",
  'body=\'{"status":"done","comment":"Closed from inside the pod."}\'',
  "exec 3<>/dev/tcp/${server%:*}/${server#*:}",
  'printf "PATCH /api/issues/$PAPERCLIP_TASK_ID HTTP/1.1\\r\\nHost: $server\\r\\nAuthorization: Bearer $PAPERCLIP_API_KEY\\r\\n" >&3',
  'printf "Content-Type: application/json\\r\\nContent-Length: ${#body}\\r\\nConnection: close\\r\\n\\r\\n$body" >&3',
  "head -n 1 <&3",
].join("; ");
