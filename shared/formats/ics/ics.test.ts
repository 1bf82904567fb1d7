import { expect, it } from 'vitest';
import { readBytes } from '../testing/read-bytes.ts';
import { ics } from './ics.ts';

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

it('reads entries with when, where and with whom', async () => {
  const source = calendar(
    'X-WR-CALNAME:Harbour',
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Oslo',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'SUMMARY:Buoy inspection\\, northern cha',
    ' nnel',
    'DTSTART;TZID="Europe/Oslo":20240506T093000',
    'DTEND:20240506T083000Z',
    'LOCATION:Pier 4\\; east',
    'ORGANIZER;CN="Ada; Example":MAILTO:ada@example.org',
    'ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT:mailto:bob@example.org',
    'ATTENDEE:mailto:carol@example.org',
    'DESCRIPTION:Bring the lamp.\\nMind the \\\\swell\\\\.',
    'CATEGORIES:Buoys,Lamps',
    'BEGIN:VALARM',
    'DESCRIPTION:Reminder',
    'END:VALARM',
    'END:VEVENT',
    'BEGIN:VTODO',
    'SUMMARY:Paint',
    'DUE;VALUE=DATE:20240601',
    'X-ALT-DESC;FMTTYPE=text/html:<p>Use <b>red</b></p>',
    'END:VTODO',
  );
  const { pages, warnings } = await readBytes(ics, source);
  expect(pages[0]?.text).toBe(
    [
      '# Harbour',
      '## Buoy inspection, northern channel',
      'Begins: 2024-05-06 09:30 Europe/Oslo\nEnds: 2024-05-06 08:30 UTC\nLocation: Pier 4; east\n' +
        'Organizer: Ada; Example <ada@example.org>\nAttendees: Bob <bob@example.org>, carol@example.org\n' +
        'Categories: Buoys,Lamps',
      'Bring the lamp.\nMind the \\swell\\.',
      '## Paint',
      'Due: 2024-06-01',
      'Use red',
    ].join('\n\n'),
  );
  expect(pages[0]?.headings.map(({ title }) => title)).toEqual([
    'Harbour',
    'Buoy inspection, northern channel',
    'Paint',
  ]);
  expect(warnings).toEqual([]);
});

it('shows the last of whole days', async () => {
  const { pages } = await readBytes(
    ics,
    calendar('BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20240430', 'DTEND;VALUE=DATE:20240502', 'END:VEVENT'),
  );
  expect(pages[0]?.text).toBe('Begins: 2024-04-30\nEnds: 2024-05-01');
});

it('joins lines that are folded inside a letter, and reads the first calendars', async () => {
  const folded = Buffer.from(calendar('BEGIN:VEVENT', 'SUMMARY:Möwe', 'END:VEVENT').replace('ö', '\u0000'));
  const [before, after] = [folded.subarray(0, folded.indexOf(0)), folded.subarray(folded.indexOf(0) + 1)];
  const split = Buffer.concat([before, Buffer.from([0xc3]), Buffer.from('\r\n '), Buffer.from([0xb6]), after]);
  expect((await readBytes(ics, split)).pages[0]?.text).toBe('## Möwe');
  const first = calendar(
    'BEGIN:VEVENT',
    'SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Br=FCcke =',
    'offen',
    'DESCRIPTION;QUOTED-PRINTABLE:one=0D=0Atwo',
    'END:VEVENT',
  );
  expect((await readBytes(ics, first)).pages[0]?.text).toBe('## Brücke offen\n\none\ntwo');
});

it('says what it could not read', async () => {
  const cut = calendar('BEGIN:VEVENT', 'SUMMARY:Half').replace('END:VCALENDAR', '');
  expect(await readBytes(ics, cut)).toMatchObject({
    pages: [{ text: '## Half' }],
    warnings: [expect.stringContaining('breaks off')],
  });
  const attached = calendar('BEGIN:VEVENT', 'SUMMARY:A', 'ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA', 'END:VEVENT');
  expect((await readBytes(ics, attached)).warnings).toHaveLength(1);
  for (const lines of [[], ['BEGIN:VEVENT', 'END:VEVENT'], ['BEGIN:VEVENX', 'SUMMARY:A', 'END:VEVENT']]) {
    expect((await readBytes(ics, calendar(...lines))).warnings).toEqual(['The calendar contains no entries.']);
  }
  expect(await readBytes(ics, 'Just words.')).toMatchObject({
    pages: [{ text: 'Just words.' }],
    warnings: [expect.stringContaining('not a calendar')],
  });
});
