export { Folder, isMissing } from "./folder.ts";
