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
    const going = syncing ? 'Its files are being deleted.' : '';
    return {
      tone: 'off',
      state: 'Connect your Google Drive to search its files too.',
      facts: going,
      connect: 'Connect Drive',
    };
  }
  const names = folders.map(({ name }) => name ?? 'a deleted folder');
  const where = names.length === 0 ? 'everything' : names.join(', ');
  const facts = [account ?? '', where, formatCount(counts.files, 'file')].join(' · ');
  if (status === 'REAUTH_REQUIRED') {
    const problem = 'Access to Google Drive was revoked or has expired. Connect again to continue syncing.';
    return { tone: 'failed', state: 'No longer connected', facts, problem, connect: 'Connect again' };
  }
  if (lastError)
    return { tone: 'failed', state: 'Sync failed. Retrying automatically', facts, problem: lastError.message };
  if (syncing) {
    const rest = counts.waiting === 0 ? '' : `, ${formatCount(counts.waiting, 'item')} left`;
    return { tone: 'busy', state: `Syncing${rest} …`, facts };
  }
  const last = lastSyncAt === null ? '' : `, ${formatDate(new Date(lastSyncAt), now)}`;
  return { tone: 'ready', state: `In sync${last}`, facts };
}
