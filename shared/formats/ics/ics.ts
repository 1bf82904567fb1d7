import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** Calendars: events, tasks and notes, each with what it is, when, where and with whom. */
export const ics: Format = {
  id: 'ics',
  contentTypes: ['text/calendar', 'text/x-vcalendar', 'application/ics'],
  extensions: ['ics', 'ical', 'ifb', 'vcs'],
  family: 'text',
  paged: false,
  async open(path) {
    const { readCalendar } = await import('./read-calendar.ts');
    const bytes = await readFile(path);
    const calendar = readCalendar(bytes);
    if (calendar === undefined) {
      return openText(cleanText(decodeText(bytes)), [], ['The file is not a calendar, so it was read as plain text.']);
    }
    const { text, headings, warnings } = calendar;
    return openText(text, headings, warnings);
  },
};
