import iconv from 'iconv-lite';
import { decodeText, encodingOfBom } from '../text/decode-text.ts';

/** A line of a calendar: `DTSTART;TZID=Europe/Oslo:20240506T093000`. */
export interface CalendarLine {
  /** In capitals. */
  name: string;
  /** By their names in capitals, without quotes. */
  parameters: ReadonlyMap<string, string>;
  /** As it is written, escapes and all. */
  value: string;
}

const NAME = /^(?:[\w-]+\.)?([\w-]+)/;
const PARAMETER = /;([\w-]+)(?:=("[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)?/y;

/** Lines are folded between bytes, also inside a letter, so they are joined before they are decoded. */
export function calendarLines(bytes: Buffer): CalendarLine[] {
  const wide = encodingOfBom(bytes);
  const source = wide === undefined || wide === 'utf8' ? bytes : Buffer.from(iconv.decode(bytes, wide));
  const unfolded = Buffer.from(source.toString('latin1').replace(/\r?\n[ \t]/g, ''), 'latin1');
  const lines: CalendarLine[] = [];
  const raw = decodeText(unfolded).split(/\r\n|\r|\n/);
  for (let index = 0; index < raw.length; index++) {
    const line = parseLine(raw[index] ?? '');
    if (line === undefined) {
      // Careless programs go on without folding.
      const before = lines.at(-1);
      if (before !== undefined && raw[index]?.trim()) before.value += `\\n${raw[index]}`;
      continue;
    }
    if (line.parameters.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE') {
      while (line.value.endsWith('=') && index + 1 < raw.length) {
        index += 1;
        line.value = line.value.slice(0, -1) + (raw[index] ?? '');
      }
      line.value = quotedPrintable(line.value, line.parameters.get('CHARSET'));
    }
    lines.push(line);
  }
  return lines;
}

function parseLine(line: string): CalendarLine | undefined {
  const name = NAME.exec(line);
  if (name?.[1] === undefined) return undefined;
  const parameters = new Map<string, string>();
  let end = name[0].length;
  const parameter = new RegExp(PARAMETER);
  for (;;) {
    parameter.lastIndex = end;
    const found = parameter.exec(line);
    if (found?.[1] === undefined) break;
    // The first calendars name an encoding without saying what it is.
    if (found[2] === undefined) parameters.set('ENCODING', found[1]);
    else parameters.set(found[1].toUpperCase(), found[2].replaceAll('"', ''));
    end = parameter.lastIndex;
  }
  return line[end] === ':' ? { name: name[1].toUpperCase(), parameters, value: line.slice(end + 1) } : undefined;
}

function quotedPrintable(value: string, charset: string | undefined): string {
  const bytes = Buffer.from(
    Buffer.from(value)
      .toString('latin1')
      .replace(/=([0-9a-f]{2})?/gi, (_, hex?: string) => (hex ? String.fromCharCode(Number.parseInt(hex, 16)) : '')),
    'latin1',
  );
  return decodeText(bytes, charset);
}
