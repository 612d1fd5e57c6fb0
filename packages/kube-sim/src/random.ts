/** Letters and digits that Kubernetes uses in generated names: no vowels, nothing that looks like another. */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Randomness from a seed (mulberry32), so that a simulated cluster is the same each time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.integer(16).toString(16)).join("");
  }

  uuid(): string {
    const variant = (8 + this.integer(4)).toString(16);
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`;
  }

  /** The five characters that end a generated name. */
  nameSuffix(): string {
    return Array.from({ length: 5 }, () => NAME_ALPHABET[this.integer(NAME_ALPHABET.length)]).join("");
  }
}
