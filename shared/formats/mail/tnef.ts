import { decodeAs, encodingOfCodePage } from '../text/code-pages.ts';
import { decodeMailText } from './charset.ts';
import { isObject, isText, isUnicode, MAPI, type MapiProperty, readProperties } from './mapi-properties.ts';
import type { OutlookBody } from './outlook-body.ts';

/** What Outlook hides in `winmail.dat` (MS-OXTNEF). */
export interface Tnef {
  subject: string | undefined;
  body: OutlookBody;
  attachments: TnefAttachment[];
  /** Whether it breaks off. */
  damaged: boolean;
}

export interface TnefAttachment {
  name: string;
  contentType: string | undefined;
  hidden: boolean;
  /** Bytes, or a message in the same form. */
  content: Buffer;
  isMessage: boolean;
}

const SIGNATURE = 0x223e9f78;
const HEADER_BYTES = 6;
/** Level, id, length before the data; a checksum after it. */
const ATTRIBUTE_BYTES = 9;
const CHECKSUM_BYTES = 2;
const ATTRIBUTE = {
  subject: 0x8004,
  body: 0x800c,
  attachData: 0x800f,
  attachTitle: 0x8010,
  attachRendering: 0x9002,
  properties: 0x9003,
  attachProperties: 0x9005,
  codePage: 0x9007,
} as const;
/** What stands before the bytes of an object: which interface it has. */
const INTERFACE_BYTES = 16;

export function isTnef(bytes: Buffer): boolean {
  return bytes.length > HEADER_BYTES && bytes.readUInt32LE(0) === SIGNATURE;
}

interface Attached {
  title?: Buffer;
  data?: Buffer;
  properties: MapiProperty[];
}

export function readTnef(bytes: Buffer): Tnef {
  let codePage: number | undefined;
  let subject: Buffer | undefined;
  let plain: Buffer | undefined;
  let properties: MapiProperty[] = [];
  const attached: Attached[] = [];
  let at = HEADER_BYTES;
  while (at + ATTRIBUTE_BYTES <= bytes.length) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const data = bytes.subarray(at + ATTRIBUTE_BYTES, at + ATTRIBUTE_BYTES + length);
    at += ATTRIBUTE_BYTES + length + CHECKSUM_BYTES;
    const last = attached.at(-1);
    if (id === ATTRIBUTE.codePage && data.length >= 4) codePage = data.readUInt32LE(0);
    else if (id === ATTRIBUTE.subject) subject = data;
    else if (id === ATTRIBUTE.body) plain = data;
    else if (id === ATTRIBUTE.properties) properties = readProperties(data);
    else if (id === ATTRIBUTE.attachRendering) attached.push({ properties: [] });
    else if (last && id === ATTRIBUTE.attachTitle) last.title = data;
    else if (last && id === ATTRIBUTE.attachData) last.data = data;
    else if (last && id === ATTRIBUTE.attachProperties) last.properties = readProperties(data);
  }
  const own = numberOf(properties, MAPI.messageCodePage) ?? codePage;
  const encoding = encodingOfCodePage(own);
  const page = find(properties, MAPI.html);
  return {
    subject: textOf(properties, MAPI.subject, encoding) ?? (subject && textOfBytes(subject, encoding)),
    body: {
      plain: textOf(properties, MAPI.body, encoding) ?? (plain && textOfBytes(plain, encoding)),
      html: page && (isText(page.type) ? textOf(properties, MAPI.html, encoding) : page.value),
      encoding: encodingOfCodePage(numberOf(properties, MAPI.internetCodePage)),
      compressedRtf: find(properties, MAPI.compressedRtf)?.value,
    },
    attachments: attached.map((one, index) => toAttachment(one, index, encoding)),
    damaged: at > bytes.length,
  };
}

function toAttachment(
  { title, data, properties }: Attached,
  index: number,
  encoding: string | undefined,
): TnefAttachment {
  const object = find(properties, MAPI.attachData);
  const content = object && isObject(object.type) ? object.value.subarray(INTERFACE_BYTES) : object?.value;
  const name =
    textOf(properties, MAPI.attachLongFilename, encoding) ||
    textOf(properties, MAPI.attachFilename, encoding) ||
    (title && textOfBytes(title, encoding)) ||
    textOf(properties, MAPI.displayName, encoding) ||
    `attachment ${index + 1}`;
  return {
    name,
    contentType: textOf(properties, MAPI.attachMimeTag, encoding),
    hidden: find(properties, MAPI.attachmentHidden)?.value[0] === 1,
    content: content ?? data ?? Buffer.alloc(0),
    isMessage: content !== undefined && isTnef(content),
  };
}

function find(properties: readonly MapiProperty[], id: number): MapiProperty | undefined {
  return properties.find((property) => property.id === id);
}

function numberOf(properties: readonly MapiProperty[], id: number): number | undefined {
  const value = find(properties, id)?.value;
  return value !== undefined && value.length >= 4 ? value.readUInt32LE(0) : undefined;
}

function textOf(properties: readonly MapiProperty[], id: number, encoding: string | undefined): string | undefined {
  const property = find(properties, id);
  if (property === undefined || !isText(property.type)) return undefined;
  return isUnicode(property.type)
    ? untilNul(property.value.toString('utf16le'))
    : textOfBytes(property.value, encoding);
}

function textOfBytes(bytes: Buffer, encoding: string | undefined): string {
  const nul = bytes.indexOf(0);
  const text = nul === -1 ? bytes : bytes.subarray(0, nul);
  return (encoding === undefined ? undefined : decodeAs(text, encoding)) ?? decodeMailText(text);
}

function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul === -1 ? text : text.slice(0, nul);
}
