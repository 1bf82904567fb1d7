/** A property of an Outlook item: its id and type (MS-OXPROPS), and its first value. */
export interface MapiProperty {
  id: number;
  type: number;
  value: Buffer;
}

export const MAPI = {
  subject: 0x0037,
  clientSubmitTime: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  body: 0x1000,
  compressedRtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFilename: 0x3704,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  internetCodePage: 0x3fde,
  messageCodePage: 0x3ffd,
  attachmentHidden: 0x7ffe,
} as const;

/** Types whose values have a length. */
const [STRING8, UNICODE, OBJECT, BINARY] = [0x001e, 0x001f, 0x000d, 0x0102];
const MULTIPLE = 0x1000;
const FIXED_BYTES: Readonly<Record<number, number>> = {
  2: 2,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 2,
  20: 8,
  64: 8,
  72: 16,
};

export const isText = (type: number): boolean => type === STRING8 || type === UNICODE;
export const isUnicode = (type: number): boolean => type === UNICODE;
export const isObject = (type: number): boolean => type === OBJECT;

/** Reads a list of properties as TNEF has it (MS-OXTNEF 2.1.3.4); one that breaks off gives what stands before. */
export function readProperties(bytes: Buffer): MapiProperty[] {
  const properties: MapiProperty[] = [];
  let at = 4;
  const number = (): number => {
    const value = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
    at += 4;
    return value;
  };
  const take = (length: number): Buffer => {
    const value = bytes.subarray(at, at + length);
    at += length + ((4 - (length % 4)) % 4);
    return value;
  };
  const count = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
  for (let index = 0; index < count && at + 4 <= bytes.length; index++) {
    const tag = number();
    const [type, id] = [tag & 0xffff & ~MULTIPLE, tag >>> 16];
    if (id >= 0x8000) {
      // A name: of a set of properties, by number or in words.
      at += 16;
      if (number() === 0) at += 4;
      else take(number());
    }
    const isLong = isText(type) || type === OBJECT || type === BINARY;
    const fixed = FIXED_BYTES[type];
    if (!isLong && fixed === undefined) break;
    const values = isLong || (tag & MULTIPLE) !== 0 ? number() : 1;
    for (let value = 0; value < values && at < bytes.length; value++) {
      const taken = take(isLong ? number() : (fixed ?? 0));
      if (value === 0) properties.push({ id, type, value: taken });
    }
  }
  return properties;
}
