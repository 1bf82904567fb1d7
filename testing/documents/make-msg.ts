import burner, { type Entry } from '@kenjiuno/msgreader/lib/Burner.js';

/** Types of entries of a compound file. */
const [FOLDER, STREAM, ROOT] = [1, 2, 5];

/** Property ids of MS-OXPROPS with their type: 001F text, 0102 bytes. */
const PROPERTY = {
  messageClass: '001A001F',
  subject: '0037001F',
  senderName: '0C1A001F',
  senderSmtp: '5D01001F',
  body: '1000001F',
  name: '3001001F',
  recipientSmtp: '39FE001F',
  attachmentData: '37010102',
  attachmentName: '3707001F',
} as const;

export interface MakeMsgOptions {
  subject: string;
  body?: string;
  /** Further properties of the message, by id and type: texts in eight bits, bytes. */
  streams?: Readonly<Record<string, Buffer>>;
  /** Numbers of the message, by id: 3FFD the code page of its texts, 3FDE that of its page. */
  numbers?: Readonly<Record<string, number>>;
  attachments?: readonly { filename: string; data: Buffer }[];
}

/** Writes an Outlook message from Ada to Bob. */
export function makeMsg({ subject, body, streams = {}, numbers = {}, attachments = [] }: MakeMsgOptions): Buffer {
  const entries: Entry[] = [];
  // Copies: the library writes the memory below a view from its beginning, wherever the view in it begins.
  const add = (name: string, type: number, data?: Buffer): Entry => {
    const entry: Entry = {
      name,
      type,
      length: data?.length ?? 0,
      ...(data ? { binaryProvider: () => new Uint8Array(data) } : {}),
    };
    entries.push(entry);
    return entry;
  };
  const fill = (folder: Entry, streams: Record<string, Buffer>, more: number[] = []): void => {
    const children = Object.entries(streams).map(([name, data]) => {
      add(name, STREAM, data);
      return entries.length - 1;
    });
    folder.children = [...children, ...more];
  };
  const root = add('Root Entry', ROOT);
  const folders: number[] = [];
  const recipient = add('__recip_version1.0_#00000000', FOLDER);
  folders.push(entries.length - 1);
  fill(recipient, {
    ...texts({ name: 'Bob', recipientSmtp: 'bob@example.org' }),
    // Eight bytes of header, then PidTagRecipientType = 1 (to).
    '__properties_version1.0': Buffer.concat([Buffer.alloc(8), property(0x0c150003, 1)]),
  });
  attachments.forEach(({ filename, data }, index) => {
    const folder = add(`__attach_version1.0_#${String(index).padStart(8, '0')}`, FOLDER);
    folders.push(entries.length - 1);
    fill(folder, {
      ...texts({ attachmentName: filename }),
      [stream('attachmentData')]: data,
      '__properties_version1.0': Buffer.alloc(8),
    });
  });
  fill(
    root,
    {
      ...texts({ messageClass: 'IPM.Note', subject, senderName: 'Ada', senderSmtp: 'ada@example.org' }),
      ...(body === undefined ? {} : texts({ body })),
      ...Object.fromEntries(Object.entries(streams).map(([tag, data]) => [`__substg1.0_${tag}`, data])),
      '__properties_version1.0': Buffer.concat([
        Buffer.alloc(32),
        ...Object.entries(numbers).map(([id, value]) => property(Number.parseInt(`${id}0003`, 16), value)),
      ]),
    },
    folders,
  );
  return Buffer.from(burner.burn(entries));
}

function stream(name: keyof typeof PROPERTY): string {
  return `__substg1.0_${PROPERTY[name]}`;
}

function texts(values: Partial<Record<keyof typeof PROPERTY, string>>): Record<string, Buffer> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      stream(name as keyof typeof PROPERTY),
      Buffer.from(value, 'utf16le'),
    ]),
  );
}

function property(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(tag, 0);
  bytes.writeUInt32LE(value, 8);
  return bytes;
}
