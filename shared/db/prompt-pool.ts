import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';

/** As Kysely sends it for a transaction without settings of its own. */
const BEGIN = 'begin';
const NOTHING_BEGUN: PostgresQueryResult<never> = { command: 'COMMIT', rowCount: 0, rows: [] };

/**
 * A pool whose transactions begin with their first statement. When that only sets something (`set local …`), both go in
 * one message: every piece of work in a person's name begins so, and a search is some seven of them.
 */
export function promptPool(pool: PostgresPool): PostgresPool {
  // Kysely knows a connection again by its client.
  const prompt = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    ...(pool.Client ? { Client: pool.Client } : {}),
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = prompt.get(client) ?? new PromptClient(client);
      prompt.set(client, known);
      return known;
    },
  };
}

class PromptClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  #isBeginning = false;

  constructor(client: PostgresPoolClient) {
    this.#client = client;
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    statement: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    return typeof statement === 'string' ? this.#send(statement, parameters) : this.#client.query(statement);
  }

  release(destroy?: boolean): void {
    this.#isBeginning = false;
    this.#client.release(destroy);
  }

  async #send<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (statement === BEGIN) {
      this.#isBeginning = true;
      return NOTHING_BEGUN;
    }
    if (!this.#isBeginning) return this.#client.query(statement, parameters);
    this.#isBeginning = false;
    if (statement === 'commit' || statement === 'rollback') return NOTHING_BEGUN;
    if (parameters.length === 0 && statement.startsWith('set local ')) {
      return this.#client.query(`${BEGIN}; ${statement}`, parameters);
    }
    await this.#client.query(BEGIN, []);
    return this.#client.query(statement, parameters);
  }
}
