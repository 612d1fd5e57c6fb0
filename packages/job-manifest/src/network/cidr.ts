import { isIP } from "node:net";
import { refused } from "../values/kubernetes-names.ts";
import { ip } from "../pod/name-resolution.ts";

/**
 * The block of addresses as Kubernetes writes it; of another form, and of one with bits behind its prefix, it warns.
 * @throws {ManifestError} naming the field.
 */
export function cidrBlock(field: string, text: string): string {
  const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  if (version !== 0 && Number(length) <= width) {
    const canonical = ip(field, address);
    const behind = 2n ** BigInt(width - Number(length));
    if (numberOf(canonical) % behind === 0n) return `${canonical}/${length}`;
  }
  throw refused(field, text, "give a block such as 203.0.113.0/24 or 2001:db8::/32, with zeros behind its prefix");
}

/** A canonical address as a number. */
function numberOf(address: string): bigint {
  if (isIP(address) === 4) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = "", tail = ""] = address.split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = tail.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
