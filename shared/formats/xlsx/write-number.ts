import type { NumberKind } from './number-formats.ts';

const DAY_SECONDS = 86_400;
/** 1 January 1970 in the days that Excel counts. */
const UNIX_EPOCH_DAY = 25_569;
/** 31 December 9999, the last day Excel knows. */
const LAST_DAY = 2_958_465;
/** Days between Excel's two ways of counting: from 1900 and, in old files from a Mac, from 1904. */
const DAYS_TO_1904 = 1_462;

/**
 * A number as people look for it: dates as `2024-03-05`, `2024-03-05 14:30` or `14:30:05`, shares as `12.5%`, anything
 * else with the 15 digits that Excel itself has, without thousands separators.
 */
export function writeNumber(raw: string, { kind, ...how }: NumberKind, from1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (kind === 'percent' && 'decimals' in how) {
    return `${trimmed((value * 100).toFixed(Math.min(20, how.decimals)))}%`;
  }
  if (value >= 0 && value <= LAST_DAY) {
    if (kind === 'elapsed') return writeElapsed(value);
    if (kind === 'moment' && 'date' in how)
      return writeMoment(value + (from1904 ? DAYS_TO_1904 : 0), how.date, how.time);
  }
  return String(Number(value.toPrecision(15)));
}

function trimmed(fixed: string): string {
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

function writeElapsed(days: number): string {
  const seconds = Math.round(days * DAY_SECONDS);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
}

function writeMoment(days: number, date: boolean, time: boolean): string {
  // Excel believes that 1900 had a 29 February; days before that are one off.
  const real = days < 60 ? days + 1 : days;
  const moment = new Date(Math.round((real - UNIX_EPOCH_DAY) * DAY_SECONDS) * 1000);
  const day = moment.toISOString().slice(0, 10);
  const clock = moment.toISOString().slice(11, 19).replace(/:00$/, '');
  const hasClock = Math.round(days * DAY_SECONDS) % DAY_SECONDS !== 0;
  if (!date) return clock;
  return time && hasClock ? `${day} ${clock}` : day;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
