import { posix } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { readXml, type XmlEvents } from '../xml/read-xml.ts';
import { openParts, type Parts, type ZipLimits } from '../zip/open-parts.ts';
import { refuseOle } from './refuse-ole.ts';

export interface Relationship {
  /** The last part of the type's address, e.g. `worksheet`; the same in transitional and strict documents. */
  type: string;
  /** Name of the part it leads to. */
  target: string;
}

/** An open Office document: its parts and how they refer to each other. */
export interface OfficePackage {
  parts: Parts;
  /** Name of the part that the others hang from. */
  main: string;
  /** By id; none for a part that refers to nothing. What leads out of the file is left out. */
  relationships(part: string): Promise<Map<string, Relationship>>;
  read(part: string, events: XmlEvents, partBytes?: number): Promise<void>;
}

/**
 * Opens an Office document and checks that it is of the expected kind.
 * @param source path of the file, or the bytes of one that another holds
 * @param expected.root element of the main part, e.g. `workbook`
 * @throws AppError DAMAGED_FILE, ENCRYPTED_DOCUMENT, TYPE_MISMATCH, ARCHIVE_LIMIT, XML_UNSAFE
 */
export async function openPackage(
  source: string | Buffer,
  limits: ZipLimits,
  expected: { root: string; kind: string; extension: string },
): Promise<OfficePackage> {
  if (typeof source === 'string') await refuseOle(source, expected.extension);
  const parts = await openParts(source, limits);
  if (!parts.names.has('[Content_Types].xml')) {
    throw new AppError('DAMAGED_FILE', { detail: `The file is a ZIP archive, not ${expected.kind}.` });
  }
  const read: OfficePackage['read'] = (part, events, partBytes) => readXml(part, parts.stream(part, partBytes), events);
  const nameOf = partNames(parts.names);
  const relationships = (part: string): Promise<Map<string, Relationship>> =>
    readRelationships(parts, read, part, nameOf);
  const main = [...(await relationships('')).values()].find(({ type }) => type === 'officeDocument')?.target;
  if (main === undefined) {
    throw new AppError('DAMAGED_FILE', { detail: 'The file is damaged: it does not say where its content is.' });
  }
  const root = await rootOf(parts, main);
  if (root !== expected.root) {
    throw new AppError('TYPE_MISMATCH', {
      detail: `By its name the file should be ${expected.kind}, but it contains another kind of document (${root}).`,
    });
  }
  return { parts, main, relationships, read };
}

/** The name of a part's outermost element, without reading the rest. @throws AppError as readXml */
async function rootOf(parts: Parts, part: string): Promise<string | undefined> {
  let root: string | undefined;
  async function* beginning(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of parts.stream(part)) {
      yield piece;
      if (root !== undefined) return;
    }
  }
  try {
    await readXml(part, beginning(), {
      open(name) {
        root ??= name;
      },
    });
  } catch (error) {
    // The rest is damaged, or was not read: that is told when it is.
    if (root === undefined || (error instanceof AppError && error.code !== 'DAMAGED_FILE')) throw error;
  }
  return root;
}

/** Finds parts as Office does: whatever the case of their names, and with escapes as in addresses (`%20`). */
function partNames(names: ReadonlySet<string>): (target: string) => string {
  let known: Map<string, string> | undefined;
  return (target) => {
    if (names.has(target)) return target;
    known ??= new Map([...names].map((name) => [name.toLowerCase(), name]));
    const plain = target.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
    );
    return known.get(plain.toLowerCase()) ?? target;
  };
}

/** @param part empty for the package itself */
async function readRelationships(
  parts: Parts,
  read: OfficePackage['read'],
  part: string,
  nameOf: (target: string) => string,
): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  const folder = posix.dirname(part);
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!parts.names.has(name)) return found;
  await read(name, {
    open(element, { Id: id, Type: type, Target: target, TargetMode: mode }) {
      if (element !== 'Relationship' || mode === 'External') return;
      if (id === undefined || type === undefined || target === undefined) return;
      const resolved = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      found.set(id, { type: type.slice(type.lastIndexOf('/') + 1), target: nameOf(posix.normalize(resolved)) });
    },
  });
  return found;
}

/** The value of `r:id`, whatever the prefix. */
export function relationshipId(attributes: Readonly<Record<string, string>>): string | undefined {
  const key = Object.keys(attributes).find((name) => name.endsWith(':id'));
  return key === undefined ? undefined : attributes[key];
}
