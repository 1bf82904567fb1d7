import type { Heading } from '../format.ts';
import { htmlToText } from '../html/html-to-text.ts';
import { cleanText } from '../text/clean-text.ts';
import { createTextBuilder, type TextBuilder } from '../text/text-builder.ts';
import { type CalendarLine, calendarLines } from './calendar-lines.ts';

/** What a calendar program shows as an entry. */
const ENTRIES: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY']);
/** How the properties of an entry are told, in this order. */
const TITLES: Readonly<Record<string, string>> = {
  DTSTART: 'Begins',
  DTEND: 'Ends',
  DUE: 'Due',
  COMPLETED: 'Completed',
  LOCATION: 'Location',
  ORGANIZER: 'Organizer',
  ATTENDEE: 'Attendees',
  CONTACT: 'Contact',
  RESOURCES: 'Resources',
  CATEGORIES: 'Categories',
  STATUS: 'Status',
  FREEBUSY: 'Busy',
  URL: 'Link',
};
const PEOPLE: ReadonlySet<string> = new Set(['ORGANIZER', 'ATTENDEE']);
const TIMES: ReadonlySet<string> = new Set(['DTSTART', 'DTEND', 'DUE', 'COMPLETED', 'FREEBUSY']);

export interface Calendar {
  text: string;
  headings: Heading[];
  warnings: string[];
}

/**
 * The entries of a calendar, in the order of the file; alarms and rules of time zones are left out.
 * @returns undefined for what is no calendar
 */
export function readCalendar(bytes: Buffer): Calendar | undefined {
  const calendar = calendarLines(bytes);
  if (!calendar.some(({ name }) => name === 'BEGIN')) return undefined;
  const builder = createTextBuilder();
  const warnings: string[] = [];
  const open: string[] = [];
  let entry: CalendarLine[] = [];
  let entries = 0;
  let attached = 0;
  for (const line of calendar) {
    const kind = line.value.trim().toUpperCase();
    if (line.name === 'BEGIN') open.push(kind);
    else if (line.name === 'END') {
      const place = open.lastIndexOf(kind);
      if (place !== -1) open.length = place;
      if (!ENTRIES.has(kind) || entry.length === 0) continue;
      writeEntry(builder, entry);
      entries += 1;
      entry = [];
    } else if (ENTRIES.has(open.at(-1) ?? '')) {
      if (line.name === 'ATTACH' && line.parameters.get('ENCODING') !== undefined) attached += 1;
      else entry.push(line);
    } else if (open.length <= 1 && line.name === 'X-WR-CALNAME') builder.heading(1, plain(line.value));
    else if (open.length <= 1 && line.name === 'X-WR-CALDESC') builder.paragraph(plain(line.value));
  }
  if (entry.length > 0) {
    writeEntry(builder, entry);
    warnings.push('The calendar breaks off: its last entry may not be complete.');
  } else if (entries === 0) warnings.push('The calendar contains no entries.');
  if (attached === 1) warnings.push('A file inside the calendar could not be read.');
  else if (attached > 1) warnings.push(`${attached} files inside the calendar could not be read.`);
  return { ...builder.build(), warnings };
}

function writeEntry(builder: TextBuilder, entry: readonly CalendarLine[]): void {
  const all = Map.groupBy(entry, ({ name }) => name);
  const summary = all.get('SUMMARY')?.[0];
  if (summary) builder.heading(2, plain(summary.value));
  const lines: string[] = [];
  for (const [name, title] of Object.entries(TITLES)) {
    const values = (all.get(name) ?? []).map((line) => {
      if (PEOPLE.has(name)) return person(line);
      return TIMES.has(name) ? time(line) : plain(line.value);
    });
    const told = values.filter((value) => value.trim() !== '').join(', ');
    if (told !== '') lines.push(`${title}: ${told.replace(/\s+/g, ' ')}`);
  }
  builder.paragraph(lines.join('\n'));
  const described = (all.get('DESCRIPTION') ?? [])
    .map(({ value }) => plain(value))
    .filter((text) => text.trim() !== '');
  const rich = (all.get('X-ALT-DESC') ?? []).map(({ value }) => htmlToText(cleanText(plain(value))));
  for (const text of described.length > 0 ? described : rich) builder.paragraph(text);
  for (const { value } of all.get('COMMENT') ?? []) builder.paragraph(plain(value));
}

/** `Ada Example <ada@example.org>` */
function person({ parameters, value }: CalendarLine): string {
  const address = value.replace(/^mailto:/i, '').trim();
  const name = parameters.get('CN')?.trim();
  if (!name || name === address) return address;
  return address.includes('@') ? `${name} <${address}>` : name;
}

/** `20240506T093000Z` as `2024-05-06 09:30 UTC`; what is no time stays as it is. */
function time({ name, parameters, value }: CalendarLine): string {
  const zone = parameters.get('TZID');
  // A whole day ends where the next begins, and calendars show the last.
  const isEndOfDays = name === 'DTEND' && /^\d{8}$/.test(value.trim());
  return value
    .trim()
    .split(',')
    .map((one) =>
      one
        .split('/')
        .map((moment) => readable(moment, zone, isEndOfDays))
        .join(' – '),
    )
    .join(', ');
}

function readable(moment: string, zone: string | undefined, isEndOfDays: boolean): string {
  const [, year, month, day, hour, minute, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d*(Z?))?$/.exec(moment) ?? [];
  if (year === undefined || month === undefined || day === undefined) return moment;
  if (hour === undefined) {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - (isEndOfDays ? 1 : 0)));
    return date.toISOString().slice(0, 10);
  }
  const suffix = utc === 'Z' ? ' UTC' : zone === undefined ? '' : ` ${zone}`;
  return `${year}-${month}-${day} ${hour}:${minute}${suffix}`;
}

function plain(value: string): string {
  return value.replace(/\\([\\;,:nN"])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}
