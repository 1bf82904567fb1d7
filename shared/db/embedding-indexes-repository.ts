import { sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';
import type { IndexStatus } from './schema.ts';

/** Texts and pictures have a model each. */
export type IndexKind = 'text' | 'image';

export interface LiveIndex {
  model: string;
  dimensions: number;
}

/** The vectors that one model made of all texts. */
export interface TextIndex extends LiveIndex {
  /** Another one each time its filling begins from nothing. */
  id: number;
  state: IndexStatus;
  created_at: Date;
  retired_at: Date | null;
}

export function findLiveIndex(db: DbOrTrx, kind: IndexKind = 'text'): Promise<LiveIndex | undefined> {
  return db
    .selectFrom('embedding_indexes')
    .select(['model', 'dimensions'])
    .where('kind', '=', kind)
    .where('state', '=', 'live')
    .executeTakeFirst();
}

/** Records the first model that fills the index; a model that is there already stays. */
export async function insertLiveIndex(db: DbOrTrx, index: LiveIndex, kind: IndexKind = 'text'): Promise<void> {
  await sql`
    insert into embedding_indexes (kind, model, dimensions, state)
    values (${kind}, ${index.model}, ${index.dimensions}, 'live')
    on conflict do nothing`.execute(db);
}

/** Every index of texts that there is or was, the live one first, then from the newest on. */
export function listTextIndexes(db: DbOrTrx): Promise<TextIndex[]> {
  return db
    .selectFrom('embedding_indexes')
    .select(['id', 'model', 'dimensions', 'state', 'created_at', 'retired_at'])
    .where('kind', '=', 'text')
    .orderBy(sql`state <> 'live'`)
    .orderBy('id', 'desc')
    .execute();
}

/** The models in whose indexes points of texts may be stored. */
export async function listStoredModels(db: DbOrTrx): Promise<string[]> {
  const indexes = await listTextIndexes(db);
  return indexes.filter(({ state }) => state !== 'dropped').map(({ model }) => model);
}

/** Another model's index that was being filled is given up, as if it had been replaced. */
export async function giveUpFilling(db: DbOrTrx, exceptModel: string): Promise<void> {
  await db
    .updateTable('embedding_indexes')
    .set({ state: 'retired', retired_at: sql<Date>`now()` })
    .where('kind', '=', 'text')
    .where('state', '=', 'filling')
    .where('model', '<>', exceptModel)
    .execute();
}

/**
 * Lets this model's index be filled, as the only one. An index that is still there goes on with what it holds, else a new
 * one begins. The live index stays as it is.
 */
export async function beginFilling(trx: Trx, { model, dimensions }: LiveIndex): Promise<void> {
  const texts = trx.updateTable('embedding_indexes').where('kind', '=', 'text');
  await giveUpFilling(trx, model);
  await trx
    .deleteFrom('embedding_indexes')
    .where('kind', '=', 'text')
    .where('model', '=', model)
    .where('state', '=', 'dropped')
    .execute();
  await trx
    .insertInto('embedding_indexes')
    .values({ kind: 'text', model, dimensions, state: 'filling' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await texts
    .set({ state: 'filling', retired_at: null })
    .where('model', '=', model)
    .where('state', '=', 'retired')
    .execute();
}

/** From its commit on, the index that was filled is the one that is searched. @returns false when it is not filling */
export async function makeLive(trx: Trx, model: string): Promise<boolean> {
  const texts = trx.updateTable('embedding_indexes').where('kind', '=', 'text');
  await texts
    .set({ state: 'retired', retired_at: sql<Date>`now()` })
    .where('state', '=', 'live')
    .where('model', '<>', model)
    .execute();
  const made = await texts
    .set({ state: 'live' })
    .where('model', '=', model)
    .where('state', '=', 'filling')
    .executeTakeFirst();
  return made.numUpdatedRows > 0n;
}

/**
 * Ends the grace of an index, from when on nothing goes back to it.
 * @returns false when it was taken up again
 */
export async function beginDropping(db: DbOrTrx, model: string): Promise<boolean> {
  return changeState(db, model, 'retired', 'dropping');
}

/** The row stays: it tells that this model filled the index once. */
export async function markDropped(db: DbOrTrx, model: string): Promise<void> {
  await changeState(db, model, 'dropping', 'dropped');
}

async function changeState(db: DbOrTrx, model: string, from: IndexStatus, to: IndexStatus): Promise<boolean> {
  const changed = await db
    .updateTable('embedding_indexes')
    .set({ state: to })
    .where('kind', '=', 'text')
    .where('model', '=', model)
    .where('state', '=', from)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}
