import type { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, it } from 'vitest';
import type { ContractContext } from './qdrant-contract-context.ts';

type Filter = NonNullable<NonNullable<Parameters<QdrantClient['count']>[1]>['filter']>;

const PAYLOADS = [
  { city: 'Berlin', tags: ['a', 'b'], n: 1, at: '2024-01-01T00:00:00Z', in: { street: 'x' }, text: 'The quick fox' },
  { city: 'Paris', tags: ['b'], n: 5, at: '2024-06-01T12:00:00+02:00', in: { street: 'y' }, text: 'the slow fox' },
  {
    city: 'Rome',
    tags: [],
    n: 9,
    at: '2025-01-01',
    list: [
      { k: 1, v: 1 },
      { k: 2, v: 2 },
    ],
    flag: true,
  },
  { city: null, n: 2.5, list: [{ k: 1, v: 2 }], flag: false },
  {},
] as const;

// Filter → the ids (1 to 5, in the order above) that it lets through.
const CASES: [string, Filter, number[]][] = [
  ['nothing', {}, [1, 2, 3, 4, 5]],
  ['empty clauses', { must: [], must_not: [], should: [] }, [1, 2, 3, 4, 5]],
  ['a value', { must: [{ key: 'city', match: { value: 'Paris' } }] }, [2]],
  ['a clause that is one condition', { must: { key: 'city', match: { value: 'Paris' } } }, [2]],
  ['a value in an array', { must: [{ key: 'tags', match: { value: 'b' } }] }, [1, 2]],
  ['a boolean', { must: [{ key: 'flag', match: { value: false } }] }, [4]],
  ['an integer', { must: [{ key: 'n', match: { value: 5 } }] }, [2]],
  ['any of a list', { must: [{ key: 'city', match: { any: ['Rome', 'Paris', 'Oslo'] } }] }, [2, 3]],
  ['any of no values', { must: [{ key: 'city', match: { any: [] } }] }, []],
  ['none of a list', { must: [{ key: 'city', match: { except: ['Rome'] } }] }, [1, 2]],
  ['a text without an index', { must: [{ key: 'text', match: { text: 'quick' } }] }, [1]],
  ['a text, case included', { must: [{ key: 'text', match: { text: 'the' } }] }, [2]],
  ['a range', { must: [{ key: 'n', range: { gt: 1, lte: 5 } }] }, [2, 4]],
  ['a range of dates', { must: [{ key: 'at', range: { gte: '2024-06-01T10:00:00Z' } }] }, [2, 3]],
  ['dates before', { must: [{ key: 'at', range: { lt: '2024-06-01T10:00:00Z' } }] }, [1]],
  ['a nested key', { must: [{ key: 'in.street', match: { value: 'y' } }] }, [2]],
  ['a key inside an array', { must: [{ key: 'list[].k', match: { value: 2 } }] }, [3]],
  [
    'two keys of different elements',
    {
      must: [
        { key: 'list[].k', match: { value: 1 } },
        { key: 'list[].v', match: { value: 2 } },
      ],
    },
    [3, 4],
  ],
  [
    'two keys of one element',
    {
      must: {
        nested: {
          key: 'list',
          filter: {
            must: [
              { key: 'k', match: { value: 1 } },
              { key: 'v', match: { value: 2 } },
            ],
          },
        },
      },
    },
    [4],
  ],
  ['ids', { must: [{ has_id: [1, 3, 99] }] }, [1, 3]],
  ['not ids', { must_not: [{ has_id: [1, 3] }] }, [2, 4, 5]],
  ['an empty field', { must: [{ is_empty: { key: 'tags' } }] }, [3, 4, 5]],
  ['a null field', { must: [{ is_null: { key: 'city' } }] }, [4]],
  ['a count of values', { must: [{ key: 'tags', values_count: { gte: 2 } }] }, [1]],
  [
    'one of several',
    {
      should: [
        { key: 'n', match: { value: 1 } },
        { key: 'n', match: { value: 9 } },
      ],
    },
    [1, 3],
  ],
  [
    'at least two of three',
    {
      min_should: {
        min_count: 2,
        conditions: [
          { key: 'city', match: { value: 'Berlin' } },
          { key: 'tags', match: { value: 'b' } },
          { key: 'n', range: { lt: 9 } },
        ],
      },
    },
    [1, 2],
  ],
  [
    'filters in filters',
    {
      must: [{ should: [{ has_id: [1] }, { must: [{ has_id: [2] }, { key: 'n', range: { gt: 4 } }] }] }],
      must_not: [{ key: 'city', match: { value: 'Berlin' } }],
    },
    [2],
  ],
];

const INDEXES = [
  ['city', 'keyword'],
  ['tags', 'keyword'],
  ['n', 'integer'],
  ['at', 'datetime'],
  ['list[].k', 'integer'],
  ['flag', 'bool'],
] as const;

export function describeFilters({ client, newCollection }: ContractContext): void {
  const fill = async (): Promise<string> => {
    const name = await newCollection({ vectors: { size: 1, distance: 'Dot' } });
    const points = PAYLOADS.map((payload, at) => ({ id: at + 1, vector: [at], payload }));
    await client().upsert(name, { wait: true, points });
    return name;
  };
  const passing = async (name: string, filter: Filter): Promise<unknown[]> => {
    const { points } = await client().scroll(name, { filter, limit: 100 });
    expect((await client().count(name, { filter, exact: true })).count).toBe(points.length);
    return points.map(({ id }) => id);
  };

  describe('filters', () => {
    it('let through what they should', async () => {
      const name = await fill();
      for (const [what, filter, ids] of CASES) expect(await passing(name, filter), what).toEqual(ids);
    });

    it('let the same through with indexes', async () => {
      const name = await fill();
      for (const [field_name, field_schema] of INDEXES) {
        await client().createPayloadIndex(name, { field_name, field_schema, wait: true });
      }
      // A float is not in an integer index, so only whole numbers are compared here.
      for (const [what, filter, ids] of CASES.filter(
        ([title]) => !title.includes('range') && !title.includes('of three'),
      )) {
        expect(await passing(name, filter), what).toEqual(ids);
      }
    });

    it('follow what changes, also through an index', async () => {
      const name = await newCollection({ vectors: { size: 1, distance: 'Dot' } });
      await client().createPayloadIndex(name, { field_name: 'file', field_schema: 'keyword', wait: true });
      const inFile = (value: string) => passing(name, { must: [{ key: 'file', match: { value } }] });
      await client().upsert(name, { points: [1, 2].map((id) => ({ id, vector: [id], payload: { file: 'x' } })) });
      expect(await inFile('x')).toEqual([1, 2]);
      await client().upsert(name, { points: [{ id: 1, vector: [1], payload: { file: 'y' } }] });
      await client().setPayload(name, { payload: { file: 'z' }, points: [2], wait: true });
      expect(await inFile('x')).toEqual([]);
      expect(await inFile('y')).toEqual([1]);
      await client().delete(name, { filter: { must: [{ key: 'file', match: { value: 'z' } }] }, wait: true });
      expect(await inFile('z')).toEqual([]);
      expect((await client().count(name)).count).toBe(1);
    });
  });
}
