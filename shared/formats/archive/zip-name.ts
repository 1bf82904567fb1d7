import { isUtf8 } from 'node:buffer';
import { type Entry, getFileNameLowLevel } from 'yauzl';

const SAYS_UTF8 = 0x800;

/** An entry's name. Many programs write UTF-8 without saying so; without that it is the code page of the first PCs. */
export function zipName(entry: Entry): string {
  const flags = isUtf8(entry.fileNameRaw) ? entry.generalPurposeBitFlag | SAYS_UTF8 : entry.generalPurposeBitFlag;
  return getFileNameLowLevel(flags, entry.fileNameRaw, entry.extraFields ?? [], false);
}
