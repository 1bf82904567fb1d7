import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const NOTICE_KINDS = ['email.changed', 'password.changed'] as const;

export const noticeSchema = z
  .object({
    kind: z.enum(NOTICE_KINDS).describe('What happened.'),
    at: z.iso.datetime().describe('When it happened.'),
    message: z.string().describe('The same as a sentence.'),
    address: z.string().describe('The e-mail address the account had at that moment, which is the one that is told.'),
    mailedAt: z.iso
      .datetime()
      .nullable()
      .describe('When the mail server took the mail; null before, and where no outgoing mail is set up (SMTP_URL).'),
  })
  .meta({ id: 'Notice', description: 'What a person was told of.', examples: [EXAMPLES.notice] });
export type NoticeView = z.infer<typeof noticeSchema>;

export const listNoticesRoute = defineRoute({
  method: 'GET',
  path: '/users/me/notices',
  summary: 'What the signed-in person should know about their account: changes of its address and its password',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: {
    200: {
      description: 'The last hundred of the last 90 days, newest first',
      schema: z
        .object({ items: z.array(noticeSchema).describe('Newest first.') })
        .meta({ id: 'NoticeList', description: 'What a person was told of.', examples: [EXAMPLES.noticeList] }),
    },
  },
  errors: ['INVALID_TOKEN'],
});

export const OWN_NOTICE_ROUTES: readonly RouteSpec[] = [listNoticesRoute];
