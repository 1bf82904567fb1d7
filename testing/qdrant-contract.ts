import { describe } from 'vitest';
import { describeCollections } from './qdrant-contract-collections.ts';
import { type QdrantUnderTest, useContractContext } from './qdrant-contract-context.ts';
import { describeErrors } from './qdrant-contract-errors.ts';
import { describeFilters } from './qdrant-contract-filters.ts';
import { describeFusion } from './qdrant-contract-fusion.ts';
import { describePoints } from './qdrant-contract-points.ts';
import { describeQueries } from './qdrant-contract-queries.ts';

/**
 * What OmniRAG expects of a Qdrant server, as tests through the real client and by plain requests. The same tests run
 * against the local stand-in and against Qdrant itself, so nothing here may rest on what Qdrant leaves open (the order of
 * ties, the text after a known beginning).
 */
export function describeQdrantContract(name: string, start: () => Promise<QdrantUnderTest>): void {
  describe(`the Qdrant contract: ${name}`, () => {
    const context = useContractContext(start);
    describeCollections(context);
    describePoints(context);
    describeFilters(context);
    describeQueries(context);
    describeFusion(context);
    describeErrors(context);
  });
}
