import type { AdapterModel } from "@paperclipai/adapter-utils";
import { ModelList } from "./model-list.ts";

const ofThisServer = new ModelList();

export function listModels(): Promise<AdapterModel[]> {
  return ofThisServer.list();
}

export function refreshModels(): Promise<AdapterModel[]> {
  return ofThisServer.refresh();
}
