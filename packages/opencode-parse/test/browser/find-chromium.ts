/** Where Linux distributions and macOS put it. */
const USUAL_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/snap/bin/chromium",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The executable of a Chromium on this machine; null where there is none.
 * @throws where `CHROMIUM_PATH` names a file that does not exist
 */
export function findChromium(
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | null {
  const path = env.CHROMIUM_PATH;
  if (!path) return USUAL_PATHS.find(exists) ?? null;
  if (exists(path)) return path;
  throw new Error(`CHROMIUM_PATH is ${path}, but there is no such file. Name the executable, or unset the variable.`);
}
