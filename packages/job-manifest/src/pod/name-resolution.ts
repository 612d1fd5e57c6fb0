import { isIP } from "node:net";
import type { V1PodDNSConfig, V1PodSpec } from "@kubernetes/client-node";
import type { RunNameResolution } from "../input/name-resolution.ts";
import { objectName, oneOf, refused } from "../values/kubernetes-names.ts";
import { required } from "../values/text.ts";

const POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] as const;

/** Kubernetes' limits (MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars). */
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/**
 * How the pod finds hosts.
 * @throws {ManifestError} naming the field that the API server would refuse.
 */
export function nameResolution({ dnsPolicy, dnsConfig }: RunNameResolution): Partial<V1PodSpec> {
  if (dnsPolicy === "None" && !dnsConfig?.nameservers?.length)
    throw refused("dnsPolicy", dnsPolicy, "give a nameserver in dnsConfig.nameservers, or another policy");
  return {
    ...(dnsPolicy === undefined ? {} : { dnsPolicy: oneOf("dnsPolicy", dnsPolicy, POLICIES) }),
    ...(dnsConfig === undefined ? {} : { dnsConfig: checkConfig(dnsConfig) }),
  };
}

function checkConfig({ nameservers = [], searches = [], options = [] }: V1PodDNSConfig): V1PodDNSConfig {
  atMost("dnsConfig.nameservers", nameservers.length, MAX_NAMESERVERS);
  atMost("dnsConfig.searches", searches.length, MAX_SEARCHES);
  if (searches.join(" ").length > MAX_SEARCH_CHARACTERS)
    throw refused("dnsConfig.searches", searches, `shorten them to ${MAX_SEARCH_CHARACTERS} characters together`);
  searches.forEach((search, index) => objectName(`dnsConfig.searches[${index}]`, search.replace(/\.$/, "")));
  return {
    ...(nameservers.length === 0
      ? {}
      : { nameservers: nameservers.map((address, index) => ip(`dnsConfig.nameservers[${index}]`, address)) }),
    ...(searches.length === 0 ? {} : { searches: [...searches] }),
    ...(options.length === 0
      ? {}
      : {
          options: options.map(({ name = "", value }, index) => ({
            name: required(`dnsConfig.options[${index}].name`, name),
            ...(value === undefined ? {} : { value: required(`dnsConfig.options[${index}].value`, value) }),
          })),
        }),
  };
}

/**
 * The address as Kubernetes writes it: of another form it warns.
 * @throws {ManifestError} naming the field; also for a zone, and for IPv4 in IPv6, which Kubernetes warns of.
 */
export function ip(field: string, address: string): string {
  const version = isIP(address);
  if (version === 4) return address;
  const canonical = version === 6 && !address.includes("%") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : "";
  if (canonical !== "" && !canonical.startsWith("::ffff:")) return canonical;
  throw refused(field, address, "give an IP address such as 10.96.0.10 or fd00::a");
}

function atMost(field: string, count: number, limit: number): void {
  if (count > limit) throw refused(field, `${count} entries`, `give at most ${limit}`);
}
