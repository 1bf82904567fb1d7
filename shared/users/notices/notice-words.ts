import type { NoticeRow } from '#shared/db/schema.ts';

/** What a person is told of, in the account and by mail. */
export function noticeSentence(kind: NoticeRow['kind']): string {
  switch (kind) {
    case 'email.changed':
      return 'The email address of this account was changed.';
    case 'password.changed':
      return 'The password of this account was changed, and all sessions were ended.';
  }
}

/** @param publicUrl where the system is found, so that the mail says which one is meant */
export function noticeMail(
  notice: Pick<NoticeRow, 'id' | 'kind' | 'address' | 'created_at'>,
  username: string,
  publicUrl: string,
) {
  return {
    id: notice.id,
    to: notice.address,
    subject: notice.kind === 'email.changed' ? 'Your email address was changed' : 'Your password was changed',
    text: [
      `${noticeSentence(notice.kind)}`,
      '',
      `Account: ${username}`,
      `Where: ${publicUrl}`,
      `When: ${notice.created_at.toISOString()}`,
      '',
      'If this was you, you do not need to do anything. If it was not, someone else may know your password: ask the',
      'administrator of the system at the address above to disable the account.',
    ].join('\n'),
  };
}
