import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { makeTnef } from '#testing/documents/make-tnef.ts';
import { readBytes } from '../testing/read-bytes.ts';
import { eml } from './eml.ts';
import { attachmentsOf, mail, multipart, plain, textOf } from './testing/small-mails.ts';

describe('winmail.dat', () => {
  const winmail = (tnef: Buffer, type = 'application/ms-tnef') =>
    `Content-Type: ${type}; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n${tnef.toString('base64')}`;

  it('gives its text and its files', async () => {
    const inner = makeTnef({ body: Buffer.from('The inner message.') });
    const tnef = makeTnef({
      subject: 'Cork',
      body: iconv.encode('Договор о пробке, срочно.', 'win1251'),
      codePage: 1251,
      attachments: [
        { title: 'CORK~1.TXT', data: Buffer.from('shipment'), properties: { '3707001F': 'Kork für 8841.txt' } },
        { title: 'old.txt', data: Buffer.from('old') },
        {
          properties: {
            '3001001F': 'Forwarded',
            '3701000D': Buffer.concat([Buffer.alloc(16, 7), inner]),
            '37050003': 5,
          },
        },
      ],
    });
    const bytes = mail(
      'From: ada@example.org',
      multipart('mixed', plain('Shown by others.'), winmail(tnef, 'application/octet-stream')),
    );
    expect(await textOf(bytes)).toBe('Cork\nFrom: ada@example.org\n\nДоговор о пробке, срочно.\n\nShown by others.');
    const found = await attachmentsOf(bytes);
    expect(found.map(({ path }) => path)).toEqual(['Kork für 8841.txt', 'old.txt', 'Forwarded.eml']);
    expect(found[0]?.bytes.toString()).toBe('shipment');
    expect(await textOf(found[2]?.bytes ?? Buffer.alloc(0))).toBe('The inner message.');
  });

  it.each([
    [
      'a page in bytes',
      { '10130102': iconv.encode('<p>Crane <b>hook</b> ü', 'win1252'), '3FDE0003': 1252 },
      'Crane hook ü',
    ],
    ['a page in letters', { '1013001F': '<p>Crane hook ü' }, 'Crane hook ü'],
    ['Rich Text', { '10090102': packed(String.raw`{\rtf1\ansi Crane {\b hook} \'fc}`) }, 'Crane hook ü'],
  ])('gives its text as %s', async (_, properties, text) => {
    expect(await textOf(mail('Subject: S', multipart('mixed', winmail(makeTnef({ properties })))))).toBe(
      `S\n\n${text}`,
    );
  });

  it('is a file as any other where it is none, and says when it breaks off', async () => {
    const fake = mail('Subject: S', multipart('mixed', plain('Hello'), winmail(Buffer.from('not one'))));
    expect((await attachmentsOf(fake)).map(({ path }) => path)).toEqual(['winmail.dat']);
    const whole = makeTnef({
      body: Buffer.from('The beginning'),
      attachments: [{ title: 'a', data: Buffer.alloc(100) }],
    });
    const cut = await readBytes(eml, mail('Subject: S', multipart('mixed', winmail(whole.subarray(0, -50)))));
    expect(cut).toMatchObject({
      pages: [{ text: 'S\n\nThe beginning' }],
      warnings: [expect.stringContaining('damaged')],
    });
  });
});

/** Outlook's form of RTF that is not compressed. */
function packed(rtf: string): Buffer {
  const bytes = Buffer.from(rtf, 'latin1');
  const head = Buffer.alloc(16);
  head.writeUInt32LE(bytes.length + 12, 0);
  head.writeUInt32LE(bytes.length, 4);
  head.write('MELA', 8);
  return Buffer.concat([head, bytes]);
}
