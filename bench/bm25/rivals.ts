import { create, insertMultiple, search } from '@orama/orama';
import MiniSearch from 'minisearch';

/** A search library that runs inside the process, on the same passages. */
export interface Rival {
  name: string;
  /** Numbers of the best ten passages. */
  top(query: string): Promise<number[]>;
}

/** MiniSearch as its documentation begins: its own tokenizer and BM25+, any word of the query. */
export function startMiniSearch(passages: readonly string[]): Rival {
  const index = new MiniSearch<{ id: number; text: string }>({ fields: ['text'] });
  index.addAll(passages.map((text, id) => ({ id, text })));
  return {
    name: 'MiniSearch',
    top: async (query) =>
      index
        .search(query)
        .slice(0, 10)
        .map(({ id }) => Number(id)),
  };
}

/** Orama with its English stemmer, any word of the query. */
export async function startOrama(passages: readonly string[], isEnglish: boolean): Promise<Rival> {
  const database = create({
    schema: { text: 'string' } as const,
    components: { tokenizer: { language: 'english', stemming: isEnglish } },
  });
  await insertMultiple(
    database,
    passages.map((text, id) => ({ id: String(id), text })),
    1_000,
  );
  return {
    name: 'Orama',
    async top(query) {
      const answer = await search(database, { term: query, limit: 10, threshold: 1 });
      return answer.hits.map(({ id }) => Number(id));
    },
  };
}
