import { expect, test } from 'vitest';

interface Entry {
  item: { key: string; file?: { id: string; parentId?: string } };
}
interface FileList {
  childrenUnderParents(sorted: readonly Entry[]): Entry[];
}
const { childrenUnderParents }: FileList = await import(new URL('./file-list.js', import.meta.url).href);

const entry = (id: string, parentId?: string): Entry => ({
  item: { key: id, file: { id, ...(parentId === undefined ? {} : { parentId }) } },
});

test('what came out of an archive or a mail stands under it, and nothing is lost', () => {
  const sending = { item: { key: 'being sent' } };
  const entries = [
    sending,
    entry('picture', 'inner.zip'),
    entry('newest'),
    entry('note', 'mail'),
    entry('inner.zip', 'mail'),
    entry('of a mail further down', 'not listed'),
    entry('mail'),
    entry('oldest'),
  ];
  expect(childrenUnderParents(entries).map(({ item }) => item.key)).toEqual([
    'being sent',
    'newest',
    'of a mail further down',
    'mail',
    'note',
    'inner.zip',
    'picture',
    'oldest',
  ]);
});
