/** Does the path lie in the folder, or is it the folder? By their words alone; no slash is at the folder's end. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The path of a folder, or an address, without a slash at its end. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, "");
}
