/** SPARSE_MODEL of the sparse vectors that need no model. */
export const BM25 = 'bm25';

// No name of a model holds it.
const SEPARATOR = '+';

/** What makes the vectors of an index: a model the dense ones, and {@link BM25} or a model the sparse ones. */
export interface IndexParts {
  dense: string;
  sparse: string;
}

/**
 * The name of an index by what fills it: that of the dense model, and the sparse model's behind it where there is one. It
 * stands wherever an index is named, so that vectors of two sparse models are mixed no more than those of two dense ones.
 */
export function indexModelOf({ dense, sparse }: IndexParts): string {
  return sparse === BM25 ? dense : `${dense}${SEPARATOR}${sparse}`;
}

/** The parts that {@link indexModelOf} put together. */
export function partsOf(indexModel: string): IndexParts {
  const [dense = '', sparse = BM25] = indexModel.split(SEPARATOR);
  return { dense, sparse };
}
