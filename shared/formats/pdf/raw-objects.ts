import { readFile, stat } from 'node:fs/promises';
import { constants, inflateSync } from 'node:zlib';

/** Larger files are not looked through. */
const MOST_FILE_BYTES = 64 * 1024 ** 2;
const MOST_STREAM_BYTES = 32 * 1024 ** 2;
const LONGEST_DICTIONARY = 100_000;
/** A number and a generation, as objects begin; bounded, so that a file of digits is looked through once. */
const OBJECT = /(?<!\d)(\d{1,10})[ \t\r\n]{1,4}\d{1,5}[ \t\r\n]{1,4}obj\b/g;
const STREAM = /^[ \t]*stream(?:\r\n|\n|\r)/;
const CHUNK_BYTES = 8 * 1024 ** 2;
const OVERLAP_BYTES = 64;

/** The objects of a PDF as they stand in its bytes: what the library does not hand out. Nothing of encrypted files can be read. */
export interface RawObjects {
  /** The dictionary or the list that an object is. */
  text(number: number): string | undefined;
  /** The plain bytes of a stream; undefined where there is none, or it is packed otherwise than deflated. */
  stream(number: number): Buffer | undefined;
  numbers(): Iterable<number>;
  /** The number of the object that the document begins with. */
  catalogue: number | undefined;
}

export async function openRawObjects(path: string): Promise<RawObjects> {
  const { size } = await stat(path);
  return rawObjectsOf(size > MOST_FILE_BYTES ? Buffer.alloc(0) : await readFile(path));
}

function rawObjectsOf(file: Buffer): RawObjects {
  const offsets = indexOffsets(file);
  let packed: Map<number, string> | undefined;

  function own(number: number): { text: string; end: number } | undefined {
    const start = offsets.get(number);
    if (start === undefined) return undefined;
    const whole = file.toString('latin1', start, start + LONGEST_DICTIONARY);
    const text = whole.slice(0, endOf(whole));
    return { text, end: start + text.length };
  }

  function stream(number: number): Buffer | undefined {
    const object = own(number);
    if (!object) return undefined;
    const begins = STREAM.exec(file.toString('latin1', object.end, object.end + 20));
    if (!begins) return undefined;
    const start = object.end + begins[0].length;
    if (/\/(?:Predictor|Crypt)\b/.test(object.text)) return undefined;
    if (/\/Filter\s*(?:\[\s*)?\/(?:FlateDecode|Fl)\s*(?:\]|\/(?!\w*Decode)|>>)/.test(object.text))
      return inflate(file, start);
    return object.text.includes('/Filter') ? undefined : plain(file, start, object.text);
  }

  return {
    stream,
    numbers: () => offsets.keys(),
    catalogue: findCatalogue(file),
    text(number) {
      packed ??= unpackObjects(offsets.keys(), (at) => own(at)?.text ?? '', stream);
      return own(number)?.text ?? packed.get(number);
    },
  };
}

/** The last object of a number counts: files are changed by adding to them. */
function indexOffsets(file: Buffer): Map<number, number> {
  const offsets = new Map<number, number>();
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    const chunk = file.toString('latin1', at, at + CHUNK_BYTES + OVERLAP_BYTES);
    for (const match of chunk.matchAll(OBJECT)) offsets.set(Number(match[1]), at + match.index + match[0].length);
  }
  return offsets;
}

/** As the last trailer says, or the last stream that stands for one. */
function findCatalogue(file: Buffer): number | undefined {
  const at = file.lastIndexOf('/Root');
  const number = at === -1 ? undefined : /^\/Root\s+(\d+)\s+\d+\s+R/.exec(file.toString('latin1', at, at + 40))?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Where the dictionary of an object ends: before its stream, or with the object. */
function endOf(whole: string): number {
  const end = whole.indexOf('endobj');
  const object = end === -1 ? whole : whole.slice(0, end);
  const stream = /(?<=>>)\s*stream\r?\n/.exec(object);
  if (!stream) return object.length;
  return stream.index + stream[0].indexOf('stream');
}

/** Objects that stand in streams of objects. */
function unpackObjects(
  numbers: Iterable<number>,
  textOf: (number: number) => string,
  stream: (number: number) => Buffer | undefined,
): Map<number, string> {
  const packed = new Map<number, string>();
  for (const number of numbers) {
    const dictionary = textOf(number);
    if (!/\/Type\s*\/ObjStm\b/.test(dictionary)) continue;
    const first = Number(/\/First\s+(\d+)/.exec(dictionary)?.[1] ?? 0);
    const text = stream(number)?.toString('latin1') ?? '';
    const pairs = text.slice(0, first).trim().split(/\s+/).map(Number);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [own = 0, from = 0, , next] = pairs.slice(at, at + 4);
      packed.set(own, text.slice(first + from, next === undefined ? undefined : first + next));
    }
  }
  return packed;
}

/** As long as it says where that is true, else up to the word that ends it and the line's end before. */
function plain(file: Buffer, start: number, dictionary: string): Buffer {
  const length = Number(/\/Length\s+(\d+)\b(?!\s+\d+\s+R)/.exec(dictionary)?.[1] ?? Number.NaN);
  if (/^\s*endstream/.test(file.toString('latin1', start + length, start + length + 20))) {
    return file.subarray(start, start + length);
  }
  const end = file.indexOf('endstream', start);
  const bytes = file.subarray(start, end === -1 ? file.length : end);
  const lineEnd = /(?:\r\n|\n|\r)$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 2)))?.[0].length ?? 0;
  return bytes.subarray(0, Math.min(MOST_STREAM_BYTES, bytes.length - lineEnd));
}

/** As much as can be had; nothing of what is no deflated stream, and of what would fill the memory. */
function inflate(file: Buffer, start: number): Buffer | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_STREAM_BYTES };
    return inflateSync(file.subarray(start), options);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
