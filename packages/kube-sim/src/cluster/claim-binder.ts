import { CLAIMS } from "../api/resources.ts";
import type { Store } from "../store/store.ts";
import type { Claim } from "../wire.ts";
import { waitsForConsumer } from "./node.ts";
import { later, type World } from "./world.ts";

/** Gives new claims their volume, unless their class waits for the first pod. */
export function startClaimBinder(world: World): void {
  world.store.subscribe(({ type, resource, object }) => {
    if (resource !== CLAIMS || type !== "ADDED" || waitsForConsumer(object as Claim)) return;
    later(world, world.timings.provision, () => bindClaim(world.store, object as Claim));
  });
}

/** The claim is there: a volume of the size and modes that it asked for. */
export function bindClaim(store: Store, claim: Claim): void {
  store.updateIfPresent<Claim>(CLAIMS, claim, (draft) => {
    const { accessModes = [], resources } = draft.spec ?? {};
    draft.spec = { ...draft.spec, volumeName: `pvc-${draft.metadata.uid}` };
    draft.status = { phase: "Bound", accessModes, capacity: { storage: resources?.requests?.storage ?? "1Gi" } };
  });
}
