import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import iconv from 'iconv-lite';
import type { Entry } from 'yauzl';
import { guessNameEncoding } from './name-encoding.ts';

/** Of Info-ZIP: the name in UTF-8, and the checksum of the other one. */
const UNICODE_PATH = 0x7075;
const UNICODE_PATH_HEAD = 5;
/** The systems an archive says it was made on that have code pages of DOS: FAT, HPFS, NTFS. */
const DOS_SYSTEMS: ReadonlySet<number> = new Set([0, 6, 10, 11]);

/**
 * The names of an archive's entries. Many programs write UTF-8 without saying so, and others the code page of the
 * machine, which only all names together tell.
 */
export function nameEntries(entries: readonly Entry[]): Map<Entry, string> {
  const names = new Map<Entry, string>();
  const unknown: Entry[] = [];
  for (const entry of entries) {
    const said = saidName(entry);
    if (said === undefined) unknown.push(entry);
    else names.set(entry, said);
  }
  if (unknown.length > 0) {
    const onDos = unknown.filter(({ versionMadeBy }) => DOS_SYSTEMS.has(versionMadeBy >>> 8)).length;
    const raw = unknown.map(({ fileNameRaw }) => fileNameRaw);
    const encoding = guessNameEncoding(raw, onDos * 2 >= unknown.length);
    for (const entry of unknown) names.set(entry, iconv.decode(entry.fileNameRaw, encoding));
  }
  return names;
}

function saidName({ fileNameRaw: raw, extraFields = [] }: Entry): string | undefined {
  for (const { id, data } of extraFields) {
    const isOfThisName = id === UNICODE_PATH && data.length > UNICODE_PATH_HEAD && data[0] === 1;
    if (isOfThisName && data.readUInt32LE(1) === crc32(raw)) return data.toString('utf8', UNICODE_PATH_HEAD);
  }
  return isUtf8(raw) ? raw.toString() : undefined;
}
