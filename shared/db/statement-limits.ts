/**
 * How long a connection may wait for others, in milliseconds. Without them one row that somebody keeps locked holds every
 * connection that asks for it, until none is left for anybody.
 */
export interface StatementLimits {
  /** Of one wait for a lock, advisory ones included. */
  lockMs: number;
  /** Of one statement. */
  statementMs: number;
  /** Between two statements of a transaction; PostgreSQL then ends the connection, and with it its locks. */
  idleInTransactionMs: number;
}

/**
 * Of work that somebody waits for. A lock takes less than a free connection is waited for (5 s), so that whoever queues
 * behind such a wait is still served; a statement less than a function may run (29 s), so that no connection works on for
 * an answer that is out already.
 */
export const REQUEST_LIMITS: StatementLimits = { lockMs: 3_000, statementMs: 20_000, idleInTransactionMs: 60_000 };

/**
 * Of what runs for nobody in particular: the stages, the sweep, erasures, a change of the model. The postings of a file of
 * 100,000 passages take half a minute on a slow disk; no function runs longer than a quarter of an hour.
 */
export const BACKGROUND_LIMITS: StatementLimits = {
  lockMs: 10_000,
  statementMs: 900_000,
  idleInTransactionMs: 120_000,
};

/**
 * Of migrations. A table that waits to be changed keeps everybody out who comes after, so it does not wait for ever; the
 * change itself takes as long as the table is large.
 */
export const MIGRATION_LIMITS: StatementLimits = { lockMs: 60_000, statementMs: 0, idleInTransactionMs: 0 };

/** One message that sets them for a connection. */
export function limitsAsSql({ lockMs, statementMs, idleInTransactionMs }: StatementLimits): string {
  return [
    `set lock_timeout = ${lockMs}`,
    `set statement_timeout = ${statementMs}`,
    `set idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
  ].join('; ');
}
