/** A Mac's folder for temporary files is behind a link, and a program that asks where it is gets another path than it was given. */
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";

process.env["TMPDIR"] = realpathSync(tmpdir());
