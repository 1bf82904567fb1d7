import { withOneBranch } from '../ooxml/one-branch.ts';
import type { OfficePackage } from '../ooxml/open-package.ts';
import { localAttribute } from '../xml/local-attribute.ts';
import type { Styles } from './read-styles.ts';

/** One level of a list. */
export interface ListLevel {
  start: number;
  /** As in the file: `decimal`, `lowerLetter`, `bullet`, … */
  format: string;
  /** For the format `custom`, its first numbers: `001, 002, 003, ...`. */
  custom: string;
  /** What stands before the text: `%1.%2` are the numbers of the first two levels. */
  text: string;
  /** The level, counted from 1, after which this one begins again; 0: it never does. */
  restart: number | undefined;
  /** Whether the numbers of all levels are written in digits. */
  legal: boolean;
}

/** What several lists share: they count on from each other. */
export interface ListKind {
  id: string;
  levels: Map<number, ListLevel>;
  /** The levels that paragraphs of a style stand in. */
  ofStyle: Map<string, number>;
}

export interface List {
  kind: ListKind;
  /** Levels that this list has in place of its kind's. */
  own: Map<number, ListLevel>;
  /** Where this list begins anew, by level. */
  starts: Map<number, number>;
}

export type Lists = ReadonlyMap<string, List>;

interface RawKind extends ListKind {
  /** The style that says what kind this one is. */
  link: string | undefined;
}

interface RawList extends Omit<List, 'kind'> {
  kind: string;
}

/** The lists of a document by their ids, as paragraphs name them. @throws AppError as readXml */
export async function readNumbering(pack: OfficePackage, part: string | undefined, styles: Styles): Promise<Lists> {
  const kinds = new Map<string, RawKind>();
  const lists = new Map<string, RawList>();
  if (part === undefined || !pack.parts.names.has(part)) return new Map();
  let kind: RawKind | undefined;
  let list: RawList | undefined;
  let level: ListLevel | undefined;
  let override = 0;
  let levelNumber = 0;
  await pack.read(
    part,
    withOneBranch({
      open(name, attributes) {
        const value = localAttribute(attributes, 'val') ?? '';
        const number = Number(value) || 0;
        switch (name) {
          case 'abstractNum': {
            const id = localAttribute(attributes, 'abstractNumId') ?? '';
            kind = { id, levels: new Map(), ofStyle: new Map(), link: undefined };
            kinds.set(id, kind);
            break;
          }
          case 'numStyleLink':
            if (kind) kind.link = value;
            break;
          case 'num':
            list = { kind: '', own: new Map(), starts: new Map() };
            lists.set(localAttribute(attributes, 'numId') ?? '', list);
            break;
          case 'abstractNumId':
            if (list) list.kind = value;
            break;
          case 'lvlOverride':
            override = Number(localAttribute(attributes, 'ilvl')) || 0;
            break;
          case 'startOverride':
            list?.starts.set(override, number);
            break;
          case 'lvl':
            level = {
              start: 0,
              format: 'decimal',
              custom: '',
              text: '',
              restart: undefined,
              legal: false,
            };
            levelNumber = Number(localAttribute(attributes, 'ilvl')) || 0;
            (kind?.levels ?? list?.own)?.set(levelNumber, level);
            break;
          case 'start':
            if (level) level.start = number;
            break;
          case 'numFmt':
            // Programs of different age are told different formats; the first one is the real one.
            if (level && level.custom === '') {
              level.format = value;
              level.custom = localAttribute(attributes, 'format') ?? '';
            }
            break;
          case 'lvlText':
            if (level) level.text = value;
            break;
          case 'lvlRestart':
            if (level) level.restart = number;
            break;
          case 'isLgl':
            if (level) level.legal = value !== '0' && value !== 'false';
            break;
          case 'pStyle':
            kind?.ofStyle.set(value, levelNumber);
            break;
        }
      },
      close(name) {
        if (name === 'abstractNum') kind = undefined;
        else if (name === 'num') list = undefined;
        else if (name === 'lvl') level = undefined;
      },
    }),
  );
  const found = new Map<string, List>();
  for (const [id, { kind: kindId, own, starts }] of lists) {
    const raw = kinds.get(kindId);
    const linked = raw?.link === undefined ? undefined : lists.get(styles.get(raw.link)?.numberingId ?? '');
    const real = raw?.levels.size === 0 && linked ? kinds.get(linked.kind) : raw;
    if (real) found.set(id, { kind: real, own, starts });
  }
  return found;
}
