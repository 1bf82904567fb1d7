import { type Kysely, sql } from 'kysely';

/**
 * Vectors stay for seconds, until they are published; the passages stay. So vectors are kept out of the rows, as they
 * are, since floats do not compress; the text stays within. Each row is written three times (passage, vectors, published):
 * the room left in its page takes the second and the third, and the space of those before is used again there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table chunks
      alter column dense_vector set storage external,
      alter column sparse_indices set storage external,
      alter column sparse_values set storage external,
      alter column content set storage main,
      set (toast_tuple_target = 256, fillfactor = 50)`.execute(db);
}
