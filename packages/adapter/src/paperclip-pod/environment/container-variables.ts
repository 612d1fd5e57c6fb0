import type { Pod } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../../config/index.ts";
import type { ServerProcess } from "../../server-process.ts";
import type { Container } from "../paperclip-container.ts";

/** Paperclip's container, as the source of variables. */
export interface EnvironmentSource {
  readonly container: Container;
  readonly volumes: NonNullable<NonNullable<Pod["spec"]>["volumes"]>;
  /** The process in it: it has the values of what the pod only refers to. */
  readonly server: ServerProcess;
  /** Do the Jobs run in the pod's namespace, so that they can refer to the same objects? */
  readonly isNear: boolean;
}

type Reference = NonNullable<RunConfig["envValueFrom"]>[string];

export type Variable =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "reference"; readonly from: Reference };

/**
 * A variable of the container. What refers to a Secret or a ConfigMap stays a reference where a Job can have the same one, and else
 * is the value that the server has; so is what comes from `envFrom` or from the image.
 * @returns `undefined` for one that is not there or empty, and for one that describes the pod itself
 */
export function variableOf({ container, server, isNear }: EnvironmentSource, name: string): Variable | undefined {
  const entry = container.env?.findLast((each) => each.name === name);
  const inProcess = server.env[name];
  const { secretKeyRef, configMapKeyRef } = entry?.valueFrom ?? {};
  if (isNear && secretKeyRef) return { kind: "reference", from: { secretKeyRef } };
  if (isNear && configMapKeyRef) return { kind: "reference", from: { configMapKeyRef } };
  if (entry?.valueFrom && !secretKeyRef && !configMapKeyRef) return undefined;
  const written = entry?.valueFrom ? undefined : entry?.value;
  // `$(NAME)` in a value is replaced by the kubelet; the process has what came of it.
  const value = written === undefined || written.includes("$(") ? (inProcess ?? written) : written;
  return value ? { kind: "value", value } : undefined;
}

/** The value of a variable; also of one that refers to an object. */
export function valueOf(source: EnvironmentSource, name: string): string | undefined {
  const variable = variableOf(source, name);
  return variable?.kind === "reference" ? source.server.env[name] || undefined : variable?.value;
}
