// @ts-check
/** @import { DriveView } from './types.js' */
import { formatCount, formatDate } from './format.js';

/**
 * @typedef {object} DriveWords
 * @property {'off' | 'busy' | 'ready' | 'failed'} tone
 * @property {string} state
 * @property {string} facts
 * @property {string} [problem]
 * @property {string} [connect] what the button that asks for the consent says
 */

/**
 * What the state of a connected Drive is called.
 * @param {DriveView} drive
 * @param {Date} now
 * @returns {DriveWords}
 */
export function describeDrive(drive, now) {
  const { status, account, folders, syncing, lastSyncAt, lastError, counts } = drive;
  if (status === 'NOT_CONNECTED') {
    const going = syncing ? 'The files that came from it are being deleted.' : '';
    return { tone: 'off', state: 'Search what lies in your Drive as well.', facts: going, connect: 'Connect Drive' };
  }
  const names = folders.map(({ name }) => name ?? 'a folder that is gone');
  const where = names.length === 0 ? 'everything' : names.join(', ');
  const facts = [account ?? '', where, formatCount(counts.files, 'file')].join(' · ');
  if (status === 'REAUTH_REQUIRED') {
    const problem =
      'Google lets OmniRAG in no more: the consent was withdrawn or has ended. Nothing new comes until you connect again.';
    return { tone: 'failed', state: 'Needs your consent again', facts, problem, connect: 'Connect again' };
  }
  if (lastError)
    return { tone: 'failed', state: 'Could not sync; it is tried again', facts, problem: lastError.message };
  if (syncing) {
    const rest =
      counts.waiting === 0 ? '' : `, ${formatCount(counts.waiting, 'entry').replace('entrys', 'entries')} to go`;
    return { tone: 'busy', state: `Syncing${rest} …`, facts };
  }
  const last = lastSyncAt === null ? '' : `, ${formatDate(new Date(lastSyncAt), now)}`;
  return { tone: 'ready', state: `In sync${last}`, facts };
}
