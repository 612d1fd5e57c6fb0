const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const template = (spec: object): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j" },
  spec: { template: { spec } },
});
const JOBS = "/apis/batch/v1/namespaces/NS/jobs";
const SECRETS = "/api/v1/namespaces/NS/secrets";

/** A request that the server refuses, and its words. `NS` in the path stands for the namespace. */
export interface Refusal {
  what: string;
  method: string;
  path: string;
  body?: unknown;
  code: number;
  reason: string;
  message: string;
}

/** What people get wrong. */
export const REFUSALS: Refusal[] = [
  {
    what: "a resource that there is not",
    method: "GET",
    path: "/api/v1/namespaces/NS/nothings",
    code: 404,
    reason: "NotFound",
    message: "the server could not find the requested resource",
  },
  {
    what: "a method that does not fit",
    method: "PUT",
    path: "/api/v1/namespaces/NS/pods",
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
  },
  {
    what: "a field that cannot be selected by",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?fieldSelector=foo=bar",
    code: 400,
    reason: "BadRequest",
    message: "field label not supported: foo",
  },
  {
    what: "a selector that is none",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?labelSelector=a===",
    code: 400,
    reason: "BadRequest",
    message: "unable to parse requirement: found '=', expected: identifier",
  },
  {
    what: "a limit that is no number",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?limit=abc",
    code: 400,
    reason: "BadRequest",
    message: 'strconv.ParseInt: parsing "abc": invalid syntax',
  },
  {
    what: "a name with capitals",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: { name: "X_y" } },
    code: 422,
    reason: "Invalid",
    message: `Secret "X_y" is invalid: metadata.name: Invalid value: "X_y": ${SUBDOMAIN}`,
  },
  {
    what: "no name",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: {} },
    code: 422,
    reason: "Invalid",
    message: 'Secret "" is invalid: metadata.name: Required value: name or generateName is required',
  },
  {
    what: "another namespace than the path's",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: { name: "q", namespace: "other" } },
    code: 400,
    reason: "BadRequest",
    message: "the namespace of the provided object does not match the namespace sent on the request",
  },
  {
    what: "another kind than the path's",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Pod", metadata: { name: "q" } },
    code: 400,
    reason: "BadRequest",
    message:
      'Pod in version "v1" cannot be handled as a Secret: converting (v1.Pod) to (core.Secret): unknown conversion',
  },
  {
    what: "a quantity that is none",
    method: "POST",
    path: JOBS,
    body: template({
      restartPolicy: "Never",
      containers: [{ name: "c", image: "x", resources: { limits: { cpu: "zz" } } }],
    }),
    code: 400,
    reason: "BadRequest",
    message:
      "Job in version \"v1\" cannot be handled as a Job: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  },
  {
    what: "a Job without restartPolicy",
    method: "POST",
    path: JOBS,
    body: template({ containers: [{ name: "c", image: "x" }] }),
    code: 422,
    reason: "Invalid",
    message:
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  {
    what: "a Job whose pods would restart for ever",
    method: "POST",
    path: JOBS,
    body: template({ restartPolicy: "Always", containers: [{ name: "c", image: "x" }] }),
    code: 422,
    reason: "Invalid",
    message:
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  {
    what: "a pod without containers",
    method: "POST",
    path: "/api/v1/namespaces/NS/pods",
    body: { apiVersion: "v1", kind: "Pod", metadata: { name: "j" }, spec: { containers: [] } },
    code: 422,
    reason: "Invalid",
    message: 'Pod "j" is invalid: spec.containers: Required value',
  },
  {
    what: "a mount of a volume that there is not",
    method: "POST",
    path: "/api/v1/namespaces/NS/pods",
    body: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "j" },
      spec: { containers: [{ name: "c", image: "x", volumeMounts: [{ name: "v", mountPath: "/v" }] }] },
    },
    code: 422,
    reason: "Invalid",
    message: 'Pod "j" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "v"',
  },
  {
    what: "a log of a pod that there is not",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods/none/log",
    code: 404,
    reason: "NotFound",
    message: 'pods "none" not found',
  },
  {
    what: "a label that is too long",
    method: "POST",
    path: SECRETS,
    body: { metadata: { name: "l", labels: { a: "a".repeat(64) } } },
    code: 422,
    reason: "Invalid",
    message: `Secret "l" is invalid: metadata.labels: Invalid value: "${"a".repeat(64)}": must be no more than 63 bytes`,
  },
  {
    what: "a label with a blank",
    method: "POST",
    path: SECRETS,
    body: { metadata: { name: "l", labels: { a: "x y" } } },
    code: 422,
    reason: "Invalid",
    message: `Secret "l" is invalid: metadata.labels: Invalid value: "x y": ${LABEL_VALUE}`,
  },
  {
    what: "a Job's name that is too long to be a label",
    method: "POST",
    path: JOBS,
    body: {
      metadata: { name: "a".repeat(64) },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "x" }] } } },
    },
    code: 422,
    reason: "Invalid",
    message: `Job.batch "${"a".repeat(64)}" is invalid: spec.template.labels: Invalid value: "${"a".repeat(64)}": must be no more than 63 bytes`,
  },
  {
    what: "a Secret with a blank in a key",
    method: "POST",
    path: SECRETS,
    body: { metadata: { name: "l" }, data: { "a b": "eA==" } },
    code: 422,
    reason: "Invalid",
    message: `Secret "l" is invalid: data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
  },
  {
    what: "a Secret of more than a MiB",
    method: "POST",
    path: SECRETS,
    body: { metadata: { name: "l" }, stringData: { a: "x".repeat(1024 * 1024 + 1) } },
    code: 422,
    reason: "Invalid",
    message: 'Secret "l" is invalid: data: Too long: may not be more than 1048576 bytes',
  },
  {
    what: "a body of more than three MiB",
    method: "POST",
    path: SECRETS,
    body: { metadata: { name: "l" }, stringData: { a: "x".repeat(3 * 1024 * 1024) } },
    code: 413,
    reason: "RequestEntityTooLarge",
    message: "Request entity too large: limit is 3145728",
  },
];
