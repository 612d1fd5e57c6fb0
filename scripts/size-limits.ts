/** What a package may weigh, in bytes. A little above what it does weigh, which `check:packages` prints. */
export interface SizeLimits {
  readonly tarball: number;
  /** All files: what an installation takes on a disk, without dependencies. */
  readonly unpacked: number;
  /** Of single files, by their paths in the package. */
  readonly files?: Readonly<Record<string, number>>;
}

/** By the folder of the package. Without an entry here nothing is published. */
export const SIZE_LIMITS: Readonly<Record<string, SizeLimits>> = {
  "packages/adapter": {
    tarball: 1_400_000,
    unpacked: 5_000_000,
    // What a server imports, what a terminal does, and what a browser loads for the page of a run.
    files: { "dist/index.js": 3_300_000, "dist/command-line.js": 1_700_000, "dist/ui-parser.cjs": 8_000 },
  },
  "packages/job-manifest": { tarball: 70_000, unpacked: 210_000 },
  "packages/k8s-kit": { tarball: 100_000, unpacked: 320_000 },
  "packages/opencode-parse": { tarball: 48_000, unpacked: 145_000 },
};

/** Of opencode-parse, what a browser loads for a run's events, report and transcript, minified and gzipped. */
export const BROWSER_LIMIT = 8 * 1024;
