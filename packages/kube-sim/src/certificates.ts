import { isIP } from "node:net";

export interface Certificates {
  /** The authority that clients trust, PEM. */
  ca: string;
  /** The server's certificate and private key, PEM. */
  cert: string;
  key: string;
  /** A client's certificate by the same authority, and its private key, PEM: user `kube-sim-client`. */
  client: { cert: string; key: string };
}

/**
 * An authority, and by it a server certificate for `host` and for localhost, and one for a client. Elliptic curves, because an RSA key
 * takes a tenth of a second and more. `selfsigned`, because Node makes no certificates, and this is the library that the
 * large dev servers use for it.
 */
export async function makeCertificates(host: string): Promise<Certificates> {
  // Loaded here: a simulator that is only a function needs no cryptography.
  const { generate } = await import("selfsigned");
  const common = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
  const authority = await generate([{ name: "commonName", value: "kube-sim-ca" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const names = [...new Set(["localhost", "127.0.0.1", "::1", host])];
  const server = await generate([{ name: "commonName", value: "kube-sim" }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  const client = await generate([{ name: "commonName", value: "kube-sim-client" }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", clientAuth: true },
    ],
  });
  return {
    ca: authority.cert,
    cert: server.cert,
    key: server.private,
    client: { cert: client.cert, key: client.private },
  };
}
