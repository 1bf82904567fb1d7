import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sendNotices } from '#shared/users/notices/send-notices.ts';

export const handler = scheduleHandler(async ({ db, mailer, log, config }) => {
  // Without outgoing mail they stay to be read in the account, and are mailed once it is set up.
  if (!mailer) return undefined;
  return { mailed: await sendNotices({ db, mailer, log, publicUrl: config.PUBLIC_URL }) };
});
