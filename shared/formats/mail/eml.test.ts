import { describe, expect, it } from 'vitest';
import { readBytes } from '../testing/read-bytes.ts';
import { eml } from './eml.ts';
import { attachmentsOf, bytesOf, mail, multipart, page, plain, textOf } from './testing/small-mails.ts';

describe('the encoding of a text', () => {
  it.each([
    ['UTF-8, whatever the header says', 'iso-8859-1', bytesOf('Größe 😀'), 'Größe 😀'],
    ['what the header says', 'iso-8859-2', bytesOf('žlutý kůň', 'iso-8859-2'), 'žlutý kůň'],
    [
      'Windows-1252 where the header lies',
      'utf-8',
      bytesOf('Die Brücke „ist“ geöffnet', 'win1252'),
      'Die Brücke „ist“ geöffnet',
    ],
    ['Windows-1252 where it says Latin-1', 'ISO-8859-1', bytesOf('„so“', 'win1252'), '„so“'],
    [
      'what it looks like in other letters',
      'utf-8',
      bytesOf('Договор аренды гаража подписан в городе', 'koi8-r'),
      'Договор аренды гаража подписан в городе',
    ],
    ['of seven bits', 'iso-2022-jp', '\x1b$B2q5DO?\x1b(B', '会議録'],
    ['of seven bits, unsaid', 'us-ascii', '\x1b$B2q5DO?\x1b(B', '会議録'],
    ['of many names', 'x-sjis', bytesOf('会議録', 'shift_jis'), '会議録'],
    ['unknown', 'x-nonsense', bytesOf('caf\u00e9', 'latin1'), 'café'],
  ])('is %s', async (_, charset, body, text) => {
    const bytes = mail('Subject: S', `Content-Type: text/plain; charset="${charset}"`, '', body);
    expect(await textOf(bytes)).toBe(`S\n\n${text}`);
  });

  it('may stand in the page', async () => {
    const html = bytesOf('<meta charset="windows-1251"><p>Договор', 'win1251');
    expect(await textOf(mail('Subject: S', 'Content-Type: text/html', '', html))).toBe('S\n\nДоговор');
  });

  it('is told after quoted-printable, Base64 and long lines', async () => {
    const quoted = mail(
      'Subject: S',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Br=FCcke =',
      'offen=20',
      '= 1',
    );
    expect(await textOf(quoted)).toBe('S\n\nBrücke offen \n= 1');
    const flowed = mail('Subject: S', 'Content-Type: text/plain; format=flowed', '', 'One ', 'line', '-- ', 'Ada');
    expect(await textOf(flowed)).toBe('S\n\nOne line\n-- \nAda');
  });
});

describe('words of a head', () => {
  it.each([
    ['cut inside a letter', '=?UTF-8?B?w5xiZXJnYWJlIMM=?= =?UTF-8?B?pGd5cHRlbg==?=', 'Übergabe ägypten'],
    ['cut inside a letter, folded', '=?utf-8?Q?=C3=9Cber_=C3?=\r\n =?utf-8?q?=A4?= x', 'Über ä x'],
    ['in both ways', '=?utf-8?Q?=E4=BC?= =?utf-8?B?mg==?=', '会'],
    ['in Base64 cut anywhere', '=?utf-8?B?w5xiZ?= =?utf-8?B?XI=?=', 'Über'],
    ['of different charsets', '=?iso-8859-1?Q?caf=E9?= =?utf-8?Q?_=C3=A9?=', 'café é'],
    ['with a language, and a lying charset', '=?utf-8*de?Q?Gr=FC=DFe?=', 'Grüße'],
    ['of one encoding each', '=?iso-2022-jp?B?GyRCMnE1RBsoQg==?= =?iso-2022-jp?B?GyRCTz8bKEI=?=', '会議録'],
    ['unencoded', 'Gr\xfc\xdfe', 'Grüße'],
    ['unencoded UTF-8', bytesOf('Grüße 会'), 'Grüße 会'],
    ['that are none', 'a =?utf-8?X?b?= =?', 'a =?utf-8?X?b?= =?'],
  ])('are read %s', async (_, raw, subject) => {
    expect(await textOf(mail(`Subject: ${raw}`, '', 'B'))).toBe(`${subject}\n\nB`);
  });

  it('are in the encoding of the text where they say none', async () => {
    const part = `Content-Type: text/plain; charset=shift_jis\r\n\r\n${bytesOf('本文', 'shift_jis')}`;
    const bytes = mail(`Subject: ${bytesOf('会議録', 'shift_jis')}`, multipart('mixed', part));
    expect(await textOf(bytes)).toBe('会議録\n\n本文');
  });

  it('are read in names of people', async () => {
    const bytes = mail(
      'From: =?UTF-8?B?w5xiZXIsIMM=?= =?UTF-8?B?pGd5cHRlbg==?= <ada@example.org>',
      `To: "M\xf6we, Max" <max@example.org>, Team: bob@example.org, c@example.org;`,
      '',
      'B',
    );
    expect(await textOf(bytes)).toBe(
      'From: Über, ägypten <ada@example.org>\nTo: Möwe, Max <max@example.org>, bob@example.org, c@example.org\n\nB',
    );
  });

  it('are read in names of attachments', async () => {
    const names = [
      'filename="=?UTF-8?B?w5xiZXJnYWJlIMM=?= =?UTF-8?B?pGd5cHRlbg==?=.txt"',
      "filename*=utf-8''%C3%9Cber%20sicht.txt",
      'filename*0*=utf-8\'\'%C3%9Cber%C3; filename*1*=%A4; filename*2=" 100%25.txt"',
      "filename*=iso-8859-1'de'%DCber.txt; filename=uber.txt",
      'filename="\xdcbersicht.txt"',
      `filename=${bytesOf('Übersicht neu.txt')}`,
    ];
    const parts = names.map((name) => `Content-Type: text/plain\r\nContent-Disposition: attachment; ${name}\r\n\r\nx`);
    const found = await attachmentsOf(mail(`Subject: S`, multipart('mixed', ...parts)));
    expect(found.map(({ path }) => path)).toEqual([
      'Übergabe ägypten.txt',
      'Über sicht.txt',
      'Überä 100%25.txt',
      'Über.txt',
      'Übersicht.txt',
      'Übersicht neu.txt',
    ]);
  });
});

describe('the better alternative', () => {
  const bill = '<p>Amount due: <b>88 crowns</b> for the sluice key, until the end of May.</p>';

  it.each([
    [
      'of a stub and a page',
      'Your mail program cannot show HTML.',
      bill,
      'Amount due: 88 crowns for the sluice key, until the end of May.',
    ],
    [
      'of a stub in another language',
      'Diese Nachricht ist im HTML-Format.',
      bill,
      'Amount due: 88 crowns for the sluice key, until the end of May.',
    ],
    [
      'of a beginning and the whole',
      'Amount due: 88 crowns',
      bill,
      'Amount due: 88 crowns for the sluice key, until the end of May.',
    ],
    ['of the same twice', 'Amount due: 88 crowns', '<p>Amount due: 88 <i>crowns</i></p>', 'Amount due: 88 crowns'],
    ['of a text and an empty page', 'Amount due', '<html><body><img src="cid:x"></body></html>', 'Amount due'],
    ['of an empty text and a page', ' \r\n', bill, 'Amount due: 88 crowns for the sluice key, until the end of May.'],
    ['of the same twice in Japanese', '会議録の本文です', '<p>会議録の本文です</p>', '会議録の本文です'],
    [
      'of two that say different things',
      'The key hangs left.',
      '<p>Pay at noon.</p>',
      'Pay at noon.\n\nThe key hangs left.',
    ],
  ])('is told: %s', async (_, text, html, told) => {
    expect(await textOf(mail('Subject: S', multipart('alternative', plain(text), page(html))))).toBe(`S\n\n${told}`);
  });

  it('is found with pictures and files around it', async () => {
    const related = multipart('related', page(bill), 'Content-Type: image/png\r\nContent-ID: <a>\r\n\r\nx');
    const alternative = multipart(
      'alternative',
      plain('See the HTML part.'),
      related,
      'Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR',
    );
    const bytes = mail('Subject: S', multipart('mixed', alternative, plain('-- List footer')));
    expect(await textOf(bytes)).toBe(
      'S\n\nAmount due: 88 crowns for the sluice key, until the end of May.\n\n-- List footer',
    );
    expect((await attachmentsOf(bytes)).map(({ path }) => path)).toEqual(['attachment 2.ics']);
  });
});

it('keeps a forwarded mail as a file, and its own text apart', async () => {
  const forwarded = `Content-Type: message/rfc822\r\n\r\nSubject: Inner\r\n${plain('Inner text')}`;
  const bytes = mail('Subject: Outer', multipart('mixed', plain('Outer text'), forwarded));
  expect(await textOf(bytes)).toBe('Outer\n\nOuter text');
  expect(await attachmentsOf(bytes)).toMatchObject([{ path: 'attachment 1.eml' }]);
});

it('reads what careless programs leave out', async () => {
  expect(await textOf(mail('quite wrong', 'Subject: S', 'a line that is none', 'X: y', '', 'Body'))).toBe('S\n\nBody');
  expect(await textOf(mail('Subject: S', 'Body, without a line between.'))).toBe('S\n\nBody, without a line between.');
  expect(await textOf(mail('From ada Mon May  6', 'Subject: S', '', 'Body'))).toBe('S\n\nBody');
  expect(
    await textOf(mail('Subject: S', 'Content-Type: multipart/mixed; boundary=x', '', '--x', '', 'Never closed')),
  ).toBe('S\n\nNever closed');
  expect(await textOf(mail('Subject: S', 'Content-Type: multipart/mixed; boundary=x', '', 'No part'))).toBe(
    'S\n\nNo part',
  );
  expect((await readBytes(eml, mail('Subject: S', '', ''))).warnings).toEqual(['The message contains no text.']);
  await expect(readBytes(eml, 'No head at all.')).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
  const locked = await readBytes(
    eml,
    mail('Subject: S', multipart('encrypted', 'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1')),
  );
  expect(locked.warnings).toEqual([expect.stringContaining('encrypted')]);
});

it('bears parts in parts, many parts and many headers', async () => {
  let nested = plain('deep');
  for (let level = 0; level < 150; level++) {
    nested = `Content-Type: multipart/mixed; boundary="b${level}x"\r\n\r\n--b${level}x\r\n${nested}\r\n--b${level}x--`;
  }
  expect((await readBytes(eml, mail('Subject: S', nested))).warnings).toEqual([expect.stringContaining('too deep')]);
  const many = mail(
    'Subject: S',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    ...Array(20_000).fill('--x\r\n\r\na'),
  );
  expect((await textOf(many)).length).toBeGreaterThan(20_000);
  const headers = mail(
    ...Array(20_000).fill('X: =?utf-8?B?w5w=?='),
    'Subject: S',
    ' =?utf-8?Q?=C3?='.repeat(20_000),
    '',
    'B',
  );
  expect(await textOf(headers)).toContain('B');
});
