import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const NOTICE_KINDS = ['email.changed', 'password.changed'] as const;

export const noticeSchema = z
  .object({
    kind: z.enum(NOTICE_KINDS).describe('The kind of event.'),
    at: z.iso.datetime().describe('When it happened.'),
    message: z.string().describe('What happened, as a sentence.'),
    address: z.string().describe('The email address of the account at that time; the notice is sent there.'),
    mailedAt: z.iso
      .datetime()
      .nullable()
      .describe('When the email was sent; null before that, or if outgoing email is not set up (SMTP_URL).'),
  })
  .meta({ id: 'Notice', description: 'A notice about your account.', examples: [EXAMPLES.notice] });
export type NoticeView = z.infer<typeof noticeSchema>;

export const listNoticesRoute = defineRoute({
  method: 'GET',
  path: '/users/me/notices',
  summary: 'Notices about your account: changes of its email address and password',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: {
    200: {
      description: 'Up to 100 notices of the last 90 days, newest first',
      schema: z
        .object({ items: z.array(noticeSchema).describe('The notices, newest first.') })
        .meta({ id: 'NoticeList', description: 'Notices about your account.', examples: [EXAMPLES.noticeList] }),
    },
  },
  errors: ['INVALID_TOKEN'],
});

export const OWN_NOTICE_ROUTES: readonly RouteSpec[] = [listNoticesRoute];
