import { createRequire } from "node:module";
import { installPaperclip } from "./install.ts";

/** What is used of `pg`, which comes with Paperclip. */
interface Pg {
  readonly Client: new (options: { readonly connectionString: string }) => {
    connect(): Promise<void>;
    query<Row>(sql: string): Promise<{ readonly rows: Row[] }>;
    end(): Promise<void>;
  };
}

/** Every row of every table of a Paperclip's database, as PostgreSQL writes it, with the table's name before it. */
export async function dumpDatabase(connectionString: string): Promise<string[]> {
  const { entry } = await installPaperclip();
  const { Client } = createRequire(entry)("pg") as Pg;
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dump: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      dump.push(...rows.map(({ text }) => `${name}: ${text}`));
    }
    return dump;
  } finally {
    await client.end();
  }
}
