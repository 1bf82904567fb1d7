import { format, getFormatDateInfo } from 'numfmt';

const DAY_SECONDS = 86_400;
/** 1 January 1970 in the days that Excel counts. */
const UNIX_EPOCH_DAY = 25_569;
/** 31 December 9999, the last day Excel knows. */
const LAST_DAY = 2_958_465;
/** Days between Excel's two ways of counting: from 1900 and, in old files from a Mac, from 1904. */
const DAYS_TO_1904 = 1_462;
/** Separators of thousands and decimals, and the names of months where the format names no language. */
const LOCALE = 'en-US';
/** A currency with a country: the country would change the separators, which in Excel it does not. */
const CURRENCY = /\[\$([^\]-]+)(?:-[^\]]*)?\]/g;
const CLOCK = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** How the numbers of a style are shown. */
export interface NumberFormat {
  /** As in the file, e.g. `#,##0.00` or `dd/mm/yyyy`. */
  code: string;
  kind: 'general' | 'number' | 'date' | 'time' | 'moment';
  /** A date that Excel shows as is usual in the country of whoever looks. */
  dependsOnCountry: boolean;
}

export const GENERAL: NumberFormat = { code: 'General', kind: 'general', dependsOnCountry: false };

export function numberFormat(rawCode: string, dependsOnCountry = false): NumberFormat {
  const code = rawCode.replace(CURRENCY, (_, sign: string) => `"${sign.replaceAll('"', '')}"`);
  if (code === '' || /^general$/i.test(code)) return GENERAL;
  return { code, kind: kindOf(code), dependsOnCountry };
}

function kindOf(code: string): NumberFormat['kind'] {
  try {
    const { year, month, day, hours, minutes, seconds } = getFormatDateInfo(code);
    // Hours that count on beyond 24 are no time of a day; only their own way of writing says how many.
    if (/\[(?:h+|m+|s+)\]/i.test(code)) return 'number';
    const hasDate = year || month || day;
    const hasTime = hours || minutes || seconds;
    if (hasDate) return hasTime ? 'moment' : 'date';
    return hasTime ? 'time' : 'number';
  } catch {
    // A code that Excel would not take either.
    return 'general';
  }
}

/**
 * A number as its cell shows it, and a date also as `2024-03-05`: in the same way in every sheet. Numbers without a
 * format have the 15 digits that Excel itself has.
 */
export function showNumber(raw: string, { code, kind, dependsOnCountry }: NumberFormat, from1904 = false): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (kind === 'general') return plainNumber(value);
  if (kind === 'number') return inFormat(code, value) ?? plainNumber(value);
  if (value < 0 || value > LAST_DAY) return plainNumber(value);
  const days = value + (from1904 ? DAYS_TO_1904 : 0);
  const same = writeMoment(days, kind);
  const shown = dependsOnCountry ? undefined : inFormat(code, days)?.trim();
  if (shown === undefined || shown === '' || shown === same) return same;
  return kind === 'time' && CLOCK.test(shown) ? shown : `${same} (${shown})`;
}

/** A text in a cell whose format adds something to it, e.g. `"Ref. "@`. */
export function showText(text: string, { code, kind }: NumberFormat): string {
  if (kind === 'general' || code === '@' || !code.includes('@')) return text;
  return inFormat(code, text) ?? text;
}

function inFormat(code: string, value: number | string): string | undefined {
  try {
    return format(code, value, { locale: LOCALE });
  } catch {
    // A code that Excel would not take either.
    return undefined;
  }
}

function plainNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(15)));
}

function writeMoment(days: number, kind: 'date' | 'time' | 'moment'): string {
  // Excel believes that 1900 had a 29 February; days before that are one off.
  const real = days < 60 ? days + 1 : days;
  const moment = new Date(Math.round((real - UNIX_EPOCH_DAY) * DAY_SECONDS) * 1000);
  const day = moment.toISOString().slice(0, 10);
  const clock = moment.toISOString().slice(11, 19).replace(/:00$/, '');
  const hasClock = Math.round(days * DAY_SECONDS) % DAY_SECONDS !== 0;
  if (kind === 'time') return clock;
  return kind === 'moment' && hasClock ? `${day} ${clock}` : day;
}
