/** Ids of MS-OXPROPS with their type: 001E text in eight bits, 001F text, 0102 bytes, 000D an object, 0003 a number. */
export type MapiValues = Readonly<Record<string, Buffer | string | number>>;

interface TnefOptions {
  subject?: string;
  /** In eight bits. */
  body?: Buffer;
  codePage?: number;
  /** By tag: `1013 0102` without the space. */
  properties?: MapiValues;
  attachments?: readonly { title?: string; data?: Buffer; properties?: MapiValues }[];
}

/** Writes what Outlook puts into `winmail.dat`. */
export function makeTnef({ subject, body, codePage = 1252, properties, attachments = [] }: TnefOptions): Buffer {
  const pieces = [Buffer.from('789f3e220100', 'hex'), attribute(1, 0x00069007, number(codePage, 8))];
  if (subject !== undefined) pieces.push(attribute(1, 0x00018004, Buffer.from(`${subject}\0`, 'latin1')));
  if (body !== undefined) pieces.push(attribute(1, 0x0002800c, body));
  if (properties) pieces.push(attribute(1, 0x00069003, makeProperties(properties)));
  for (const { title, data, properties: own } of attachments) {
    pieces.push(attribute(2, 0x00069002, Buffer.alloc(14)));
    if (title !== undefined) pieces.push(attribute(2, 0x00018010, Buffer.from(`${title}\0`, 'latin1')));
    if (data) pieces.push(attribute(2, 0x0006800f, data));
    if (own) pieces.push(attribute(2, 0x00069005, makeProperties(own)));
  }
  return Buffer.concat(pieces);
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level, 0);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(data.reduce((total, byte) => (total + byte) & 0xffff, 0));
  return Buffer.concat([head, data, sum]);
}

function makeProperties(values: MapiValues): Buffer {
  const pieces = Object.entries(values).flatMap(([tag, value]) => {
    const head = Buffer.from([tag.slice(6, 8), tag.slice(4, 6), tag.slice(2, 4), tag.slice(0, 2)].join(''), 'hex');
    if (typeof value === 'number') return [head, number(value, 4)];
    const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`, 'utf16le') : value;
    return [head, number(1, 4), number(bytes.length, 4), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)];
  });
  return Buffer.concat([number(Object.keys(values).length, 4), ...pieces]);
}

function number(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(value);
  return bytes;
}
