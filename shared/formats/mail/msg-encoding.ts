import type { FieldsData } from '@kenjiuno/msgreader';
import iconv from 'iconv-lite';
import { encodingOfCodePage } from '../text/code-pages.ts';
import { detectEncoding } from '../text/decode-text.ts';
import { MAPI } from './mapi-properties.ts';

const [STRING8, LONG] = [0x001e, 0x0003];
/** Of texts in eight bits, to tell what they are where the message does not say. */
const SAMPLE_BYTES = 64 * 1024;

export interface CodePages {
  /** To be told each property of the message. */
  observe(fields: FieldsData, tag: number, raw: Uint8Array | null): void;
  /** What the message says: of texts in eight bits, and of the bytes of a page. */
  of(message: FieldsData): { texts: string | undefined; html: string | undefined };
  /** The texts in eight bits themselves. */
  readonly sample: Buffer;
}

export function noteCodePages(): CodePages {
  /** By the message, as messages hold messages. */
  const numbers = new Map<FieldsData, Map<number, number>>();
  const samples: Buffer[] = [];
  let sampled = 0;
  return {
    observe(fields, tag, raw) {
      if (raw === null) return;
      const [id, type] = [tag >>> 16, tag & 0xffff];
      if (type === LONG && raw.length >= 4) {
        const own = numbers.get(fields) ?? new Map<number, number>();
        numbers.set(fields, own.set(id, Buffer.from(raw).readUInt32LE(0)));
      } else if (type === STRING8 && sampled < SAMPLE_BYTES && !raw.includes(0)) {
        // With zeros it is the length of one.
        sampled += raw.length;
        samples.push(Buffer.from(raw));
      }
    },
    of(message) {
      const own = numbers.get(message);
      return {
        texts: encodingOfCodePage(own?.get(MAPI.messageCodePage)),
        html: encodingOfCodePage(own?.get(MAPI.internetCodePage)),
      };
    },
    get sample() {
      return Buffer.concat(samples);
    },
  };
}

/** The encoding of texts in eight bits; undefined for a message that has none beyond ASCII. */
export function encodingOfMessage(pages: CodePages, message: FieldsData): string | undefined {
  const { texts, html } = pages.of(message);
  const { sample } = pages;
  if (!sample.some((byte) => byte > 0x7f)) return undefined;
  const fits = (encoding: string | undefined): encoding is string =>
    encoding !== undefined && iconv.encodingExists(encoding) && !iconv.decode(sample, encoding).includes('\uFFFD');
  return [texts, html].find(fits) ?? detectEncoding(sample);
}
