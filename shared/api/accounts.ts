import { z } from 'zod';
import { ROLES } from '#shared/domain/permissions.ts';
import { NO_NUL, plainText } from '#shared/domain/storable-text.ts';
import { problemOfUserName } from '#shared/domain/user-names.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

const utf8Length = (value: string): number => Buffer.byteLength(value, 'utf8');
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** As a person counts: an emoji is one, whatever it is made of. */
const isLongEnough = (value: string): boolean => [...characters.segment(value)].length >= 8;

/** bcrypt reads 72 bytes and stops at a NUL: a longer password is refused, never cut. */
export const passwordSchema = z
  .string()
  .refine((value) => utf8Length(value) > 72 || isLongEnough(value), 'must have at least 8 characters')
  .refine(
    (value) => utf8Length(value) <= 72,
    'must have at most 72 bytes: letters with accents and those of other alphabets are two or three each, an emoji four or more',
  )
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
  .meta({
    description: 'At least 8 characters and at most 72 bytes in UTF-8, without a NUL character; none of the commonest.',
    minLength: 8,
    maxLength: 72,
    pattern: NO_NUL,
  });

export const userSchema = z
  .object({
    id: z.uuid().describe('Of the account.'),
    email: z.string().describe('The address to sign in with.'),
    username: z.string().describe('The name to sign in with.'),
    role: z.enum(ROLES).describe('`admin` also manages accounts and reads the log; no role reads what others store.'),
    createdAt: z.iso.datetime().describe('When the account was made.'),
  })
  .meta({ id: 'User', description: 'An account.', examples: [EXAMPLES.user] });
export type UserView = z.infer<typeof userSchema>;

export const sessionSchema = z
  .object({
    user: userSchema,
    accessToken: z.string().describe('Goes into `Authorization: Bearer …`.'),
    refreshToken: z.string().describe('Gets the next session at `/auth/refresh`, once.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
  })
  .meta({ id: 'Session', description: 'A session and its tokens.', examples: [EXAMPLES.session] });
export type SessionView = z.infer<typeof sessionSchema>;

const email = z.email().max(254).describe('An e-mail address that no other account has.');

/** Of a new account; older ones may have other names. */
export const userNameSchema = z.string().superRefine((name, context) => {
  const message = problemOfUserName(name);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

export const registerBody = z
  .strictObject({
    email,
    username: userNameSchema.describe('A name that no other account has, in any case of letters.'),
    password: passwordSchema,
  })
  .meta({ id: 'Registration', description: 'A new account.', examples: [EXAMPLES.registration] });

export const loginBody = z
  .strictObject({
    login: plainText(254).min(1).describe('The e-mail address or the user name, in any case of letters.'),
    password: z.string().min(1).max(1_000).describe('Of the account.'),
  })
  .meta({ id: 'Login', description: 'Who signs in.', examples: [EXAMPLES.login] });

const refreshTokenBody = z
  .strictObject({ refreshToken: z.string().min(1).max(500).describe('The newest of the session.') })
  .meta({ id: 'RefreshToken', description: 'Which session is meant.', examples: [EXAMPLES.refreshToken] });

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/auth/register',
  summary: 'Create an account and sign in',
  tag: 'accounts',
  auth: 'none',
  rate: 'registrations',
  body: registerBody,
  responses: { 201: { description: 'The account and its first session', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'ACCOUNT_EXISTS', 'REGISTRATION_CLOSED'],
});

export const loginRoute = defineRoute({
  method: 'POST',
  path: '/auth/login',
  summary: 'Sign in with an e-mail address or a user name',
  tag: 'accounts',
  auth: 'none',
  body: loginBody,
  responses: { 200: { description: 'A new session', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'FORBIDDEN', 'TOO_MANY_ATTEMPTS'],
});

export const refreshRoute = defineRoute({
  method: 'POST',
  path: '/auth/refresh',
  summary: 'Exchange a refresh token for a new session; each token works once',
  tag: 'accounts',
  auth: 'none',
  body: refreshTokenBody,
  responses: { 200: { description: 'The session, with a new refresh token', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_TOKEN'],
});

export const logoutRoute = defineRoute({
  method: 'POST',
  path: '/auth/logout',
  summary: 'End the session a refresh token belongs to',
  tag: 'accounts',
  auth: 'none',
  body: refreshTokenBody,
  responses: { 204: { description: 'The session has ended' } },
  errors: ['VALIDATION_ERROR'],
});

export const meRoute = defineRoute({
  method: 'GET',
  path: '/users/me',
  summary: 'The signed-in account',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: { 200: { description: 'The account', schema: userSchema } },
  errors: ['INVALID_TOKEN'],
});

export const ownAccountSchema = userSchema
  .extend({
    session: sessionSchema
      .omit({ user: true })
      .optional()
      .describe('After a change of the password: a new session; every other one has ended.'),
  })
  .meta({ id: 'OwnAccount', description: 'The account after a change.', examples: [EXAMPLES.user] });
export type OwnAccountView = z.infer<typeof ownAccountSchema>;

export const changeMeRoute = defineRoute({
  method: 'PATCH',
  path: '/users/me',
  summary: 'Change the password or the e-mail address; a new password ends every session and answers a new one',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  body: z
    .strictObject({
      oldPassword: z.string().min(1).max(1_000).describe('The password as it is now.'),
      password: passwordSchema.optional().describe('The new password.'),
      email: email.optional().describe('The new e-mail address.'),
    })
    .refine(({ password, email: address }) => password ?? address, 'must hold a new password or e-mail address')
    .meta({
      id: 'OwnAccountChange',
      description: 'At least one of a new password and a new e-mail address.',
      examples: [EXAMPLES.ownAccountChange],
    }),
  responses: { 200: { description: 'The account', schema: ownAccountSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS', 'ACCOUNT_EXISTS', 'CONFLICT'],
});

export const ACCOUNT_ROUTES: readonly RouteSpec[] = [
  registerRoute,
  loginRoute,
  refreshRoute,
  logoutRoute,
  meRoute,
  changeMeRoute,
];
