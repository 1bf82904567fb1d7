import { GoogleError } from '../google-error.ts';
import type { DriveItem } from './drive-store.ts';

/** An item with what follows from the folders above it. */
export interface PlacedItem extends DriveItem {
  /** It or a folder above it is in the trash. */
  isTrashed: boolean;
}

type Clause = (item: PlacedItem) => boolean;

const CLAUSES: Array<{ pattern: RegExp; clause(match: RegExpExecArray): Clause }> = [
  {
    pattern: /^trashed ?= ?(true|false)$/,
    clause:
      ([, wanted]) =>
      (item) =>
        item.isTrashed === (wanted === 'true'),
  },
  {
    pattern: /^'((?:[^'\\]|\\.)+)' in parents$/,
    clause:
      ([, id]) =>
      (item) =>
        item.parent === unquote(id),
  },
  {
    pattern: /^mimeType ?(=|!=) ?'([^']+)'$/,
    clause:
      ([, operator, type]) =>
      (item) =>
        (item.mimeType === type) === (operator === '='),
  },
  {
    pattern: /^name ?= ?'((?:[^'\\]|\\.)*)'$/,
    clause:
      ([, name]) =>
      (item) =>
        item.name === unquote(name),
  },
];

/** The conditions of `files.list`'s `q` that are joined by `and`. @throws GoogleError 400 for any other */
export function parseQuery(text: string | undefined): Clause {
  if (text === undefined || text.trim() === '') return () => true;
  const clauses = text.split(/ and /i).map((part) => {
    for (const { pattern, clause } of CLAUSES) {
      const match = pattern.exec(part.trim());
      if (match) return clause(match);
    }
    throw new GoogleError(400, 'invalid', `Invalid Value: the stand-in does not know the condition ${part}`);
  });
  return (item) => clauses.every((clause) => clause(item));
}

function unquote(quoted: string | undefined): string {
  return (quoted ?? '').replace(/\\(.)/g, '$1');
}

/** Every item with whether it lies in the trash. */
export function place(items: readonly DriveItem[]): PlacedItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const known = new Map<string, boolean>();
  const isTrashed = (id: string): boolean => {
    const item = byId.get(id);
    if (!item) return false;
    const answer = known.get(id) ?? (item.trashed || isTrashed(item.parent));
    known.set(id, answer);
    return answer;
  };
  return items.map((item) => ({ ...item, isTrashed: isTrashed(item.id) }));
}
