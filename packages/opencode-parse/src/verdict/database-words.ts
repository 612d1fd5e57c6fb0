/** How SQLite's errors read, in an error event as on stderr. */
export const DATABASE_WORDS =
  /Failed query|Failed to execute statement|file is not a database|unable to open database|database is locked|database disk image|database or disk is full|SQLITE_|SQLiteError/i;

/** Locks, and the race of first starts, whose words are only the statement that failed (measured on 1.18.33). */
export function passesByItself(words: string): boolean {
  return (
    /locked|busy|Failed query/i.test(words) &&
    !/not a database|unable to open|malformed|read-?only|is full/i.test(words)
  );
}
