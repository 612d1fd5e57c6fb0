import { acquireClaim } from "@opencode-k8s/k8s-kit";
import { connect, createSuspended } from "./claim-world.ts";

/*
 * A process that acquires a claim, starts a Job under it, says so, and then only waits to be killed.
 * Arguments: namespace, name of the claim, seconds that the Job runs.
 */
const [namespace = "", name = "", seconds = "1"] = process.argv.slice(2);
const cluster = connect();
const signal = AbortSignal.timeout(300_000);
const claim = await acquireClaim(cluster, { namespace, name, holder: "victim" }, { signal, waitMs: 0 });
const job = await createSuspended(cluster, namespace, claim, { name: "victim", seconds: Number(seconds), signal });
await claim.startJob(job, signal);
process.stdout.write(`started with ${claim.fencing}\n`);
