// @ts-check
/** @import { Location } from './types.js' */

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** @type {Readonly<Record<string, string>>} */
const TYPE_NAMES = {
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'text/markdown': 'Markdown',
  'text/html': 'HTML',
  'text/plain': 'Text',
};

/**
 * @param {number} bytes
 * @returns {string} e.g. `4.2 MB`, in powers of 1,024
 */
export function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1024 is shown in the next unit.
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const shown = unit === 0 || value >= 99.5 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, '');
  return `${shown} ${UNITS[unit]}`;
}

/**
 * @param {string} contentType
 * @param {string} filename
 * @returns {string} what people call the type: its usual name, else the extension
 */
export function formatType(contentType, filename) {
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(filename)?.[1];
  const known = TYPE_NAMES[contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
  // Many formats are plain text to the server; their extension says more.
  if (extension?.toLowerCase() === 'txt') return 'Text';
  if (known && known !== 'Text') return known;
  return extension?.toUpperCase() ?? known ?? 'File';
}

/**
 * @param {number} count
 * @param {string} noun singular
 * @returns {string}
 */
export function formatCount(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * @param {Date} date
 * @param {Date} now
 * @returns {string} e.g. `5 min ago`, `Mar 3`, `Mar 3, 2024`
 */
export function formatDate(date, now) {
  const seconds = (now.getTime() - date.getTime()) / 1000;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  /** @type {Intl.DateTimeFormatOptions} */
  const day = { month: 'short', day: 'numeric' };
  return date.toLocaleDateString('en', date.getFullYear() === now.getFullYear() ? day : { ...day, year: 'numeric' });
}

/**
 * @param {string | null} language ISO 639-1
 * @returns {string} its English name; empty when it is not known
 */
export function formatLanguage(language) {
  if (language === null) return '';
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? '';
}

/**
 * @param {Location} location of a search result
 * @returns {string} empty in files that have no pages or the like
 */
export function formatPlace(location) {
  if ('page' in location) return `Page ${location.page}`;
  if ('slide' in location) return `Slide ${location.slide}`;
  if ('sheet' in location) {
    const { sheet, row, lastRow } = location;
    return lastRow === undefined ? `${sheet}, row ${row}` : `${sheet}, rows ${row}–${lastRow}`;
  }
  if ('startSeconds' in location) return `${formatClock(location.startSeconds)}–${formatClock(location.endSeconds)}`;
  // What a text counts in characters is no place that people look up.
  return '';
}

/**
 * @param {number} seconds
 * @returns {string} `1:04`, `1:02:03`
 */
function formatClock(seconds) {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const padded = (/** @type {number} */ part) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(whole % 60)}` : `${minutes}:${padded(whole % 60)}`;
}
