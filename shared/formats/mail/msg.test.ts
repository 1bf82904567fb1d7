import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { type MakeMsgOptions, makeMsg } from '#testing/documents/make-msg.ts';
import { readBytes } from '../testing/read-bytes.ts';
import { decompressRtf } from './compressed-rtf.ts';
import { msg } from './msg.ts';

/** Compressed by another program: two paragraphs of HTML inside RTF. */
const KRANHAKEN = Buffer.from(
  '76000000bd0000004c5a4675ee6401b103000a00726370673132350232034368746d6c31201900002a5c0eb2019067363480' +
    '203c703e7d4b720070050f19380fd0266e62737021028068616b6503a06361e0665c2765390f1901c00fe0be2f10010f4300210ae313c6300f0f5f101411c41657129f10107d18c0',
  'hex',
);

async function read(options: Partial<MakeMsgOptions>): Promise<{ text: string | undefined; warnings: string[] }> {
  const { pages, warnings } = await readBytes(msg, makeMsg({ subject: 'S', ...options }));
  return { text: pages[0]?.text.replace(/^[\s\S]*?\n\n|^(?:.*\n?){1,3}$/, ''), warnings };
}

it('unpacks the example of the specification', () => {
  const example = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
  expect(decompressRtf(Buffer.from(example, 'hex')).toString()).toBe(
    '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
  );
  expect(decompressRtf(Buffer.from(example, 'hex').subarray(0, 40)).toString()).toMatch(
    /^\{\\rtf1\\ansi\\ansicpg1252\\pard h/,
  );
});

it('bears lengths that are not true', () => {
  const bomb = Buffer.alloc(40, 0xff);
  bomb.write('LZFu', 8);
  expect(decompressRtf(bomb).length).toBeLessThan(400);
  expect(() => decompressRtf(Buffer.from('short'))).toThrow(expect.objectContaining({ code: 'DAMAGED_FILE' }));
});

it.each([
  ['a page inside compressed RTF', { '10090102': KRANHAKEN }, {}, 'Kran haken café\n\nKranhaken Kranhaken'],
  [
    'a page in bytes, by its code page',
    { '10130102': iconv.encode('<p>Договор', 'win1251') },
    { '3FDE': 1251 },
    'Договор',
  ],
  [
    'a page in bytes, by itself',
    { '10130102': iconv.encode('<meta charset=windows-1251><p>Договор', 'win1251') },
    {},
    'Договор',
  ],
  ['a page in UTF-8, whatever is said', { '10130102': Buffer.from('<p>Größe') }, { '3FDE': 1252 }, 'Größe'],
  [
    'text by its code page',
    { '1000001E': iconv.encode('Договор аренды', 'win1251') },
    { '3FFD': 1251 },
    'Договор аренды',
  ],
  ['text by the page of the internet', { '1000001E': iconv.encode('会議録', 'cp932') }, { '3FDE': 932 }, '会議録'],
  [
    'text of which nothing is said',
    { '1000001E': iconv.encode('Договор аренды гаража подписан в городе', 'win1251') },
    {},
    'Договор аренды гаража подписан в городе',
  ],
  ['text where nonsense is said', { '1000001E': Buffer.from('Größe', 'latin1') }, { '3FFD': 1200 }, 'Größe'],
])('reads %s', async (_, streams, numbers, text) => {
  expect(await read({ streams, numbers })).toEqual({ text, warnings: [] });
});

it('takes the page where the text is a stub', async () => {
  const streams = { '10130102': Buffer.from('<p>Pay 88 crowns.') };
  expect(await read({ body: 'This message is in HTML format.', streams })).toMatchObject({ text: 'Pay 88 crowns.' });
});

it('says what it could not read', async () => {
  expect(await read({ streams: { '10090102': Buffer.alloc(60, 1) } })).toMatchObject({
    warnings: [expect.stringContaining('could not be read')],
  });
  expect((await read({})).warnings).toEqual(['The message contains no text.']);
});

it('tells what stands on a contact', async () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const streams = {
    '001A001F': utf16('IPM.Contact'),
    '3A06001F': utf16('Gudrun'),
    '3A11001F': utf16('Halvorsen'),
    '3A16001F': utf16('Skerry Bay'),
    '3A1C001F': utf16('+47 55 12 34 56'),
  };
  const { pages, warnings } = await readBytes(msg, makeMsg({ subject: 'Gudrun', streams }));
  expect(pages[0]?.text).toMatch(/\n\nName: Gudrun Halvorsen\nCompany: Skerry Bay\nMobile phone: \+47 55 12 34 56$/);
  expect(warnings).toEqual([]);
});
