import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

export type Row = Record<string, unknown>;

export interface Sqlite {
  one(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): Row[];
  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** All of it or, when it throws, nothing. */
  atomically<T>(work: () => T): T;
  close(): void;
}

export interface SqliteOptions {
  /** FULL survives a power cut, NORMAL the end of the process. */
  synchronous: 'FULL' | 'NORMAL';
  /** Statements that make what is not there yet. */
  schema: string;
}

/** @param path of the file that holds it; made when missing */
export function openSqlite(path: string, { synchronous, schema }: SqliteOptions): Sqlite {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON;`);
  db.exec(schema);
  return {
    one: (sql, ...values) => db.prepare(sql).get(...values),
    all: (sql, ...values) => db.prepare(sql).all(...values),
    run: (sql, ...values) => Number(db.prepare(sql).run(...values).changes),
    atomically(work) {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
