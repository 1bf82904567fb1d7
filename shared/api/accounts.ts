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
    'must have at most 72 bytes: accented and non-Latin letters take two or three bytes each, an emoji four or more',
  )
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
  .meta({
    description:
      'At least 8 characters and at most 72 bytes in UTF-8, without a NUL character; not one of the most common passwords.',
    minLength: 8,
    maxLength: 72,
    pattern: NO_NUL,
  });

export const userSchema = z
  .object({
    id: z.uuid().describe('Id of the account.'),
    email: z.string().describe('Email address to sign in with.'),
    username: z.string().describe('Username to sign in with.'),
    role: z
      .enum(ROLES)
      .describe('`admin` can also manage accounts and read the audit log; no role can read the files of others.'),
    createdAt: z.iso.datetime().describe('When the account was created.'),
  })
  .meta({ id: 'User', description: 'An account.', examples: [EXAMPLES.user] });
export type UserView = z.infer<typeof userSchema>;

export const sessionSchema = z
  .object({
    user: userSchema,
    accessToken: z.string().describe('Send it as `Authorization: Bearer …`.'),
    refreshToken: z.string().describe('Get new tokens with it at `/auth/refresh`; it works once.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
  })
  .meta({ id: 'Session', description: 'A session and its tokens.', examples: [EXAMPLES.session] });
export type SessionView = z.infer<typeof sessionSchema>;

const email = z.email().max(254).describe('An email address that no other account uses.');

/** Of a new account; older ones may have other names. */
export const userNameSchema = z.string().superRefine((name, context) => {
  const message = problemOfUserName(name);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

export const registerBody = z
  .strictObject({
    email,
    username: userNameSchema.describe('A username that no other account uses, case-insensitive.'),
    password: passwordSchema,
  })
  .meta({ id: 'Registration', description: 'A new account.', examples: [EXAMPLES.registration] });

export const loginBody = z
  .strictObject({
    login: plainText(254).min(1).describe('The email address or username, case-insensitive.'),
    password: z.string().min(1).max(1_000).describe('Password of the account.'),
  })
  .meta({ id: 'Login', description: 'Credentials to sign in with.', examples: [EXAMPLES.login] });

const refreshTokenBody = z
  .strictObject({ refreshToken: z.string().min(1).max(500).describe('The latest refresh token of the session.') })
  .meta({ id: 'RefreshToken', description: 'Identifies a session.', examples: [EXAMPLES.refreshToken] });

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/auth/register',
  summary: 'Create an account and sign in',
  tag: 'accounts',
  auth: 'none',
  rate: 'registrations',
  body: registerBody,
  responses: { 201: { description: 'The new account and its first session', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'ACCOUNT_EXISTS', 'REGISTRATION_CLOSED'],
});

export const loginRoute = defineRoute({
  method: 'POST',
  path: '/auth/login',
  summary: 'Sign in with an email address or username',
  tag: 'accounts',
  auth: 'none',
  body: loginBody,
  responses: { 200: { description: 'A new session', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'FORBIDDEN', 'TOO_MANY_ATTEMPTS'],
});

export const refreshRoute = defineRoute({
  method: 'POST',
  path: '/auth/refresh',
  summary: 'Exchange a refresh token for new tokens; each refresh token works once',
  tag: 'accounts',
  auth: 'none',
  body: refreshTokenBody,
  responses: { 200: { description: 'The session, with new tokens', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_TOKEN'],
});

export const logoutRoute = defineRoute({
  method: 'POST',
  path: '/auth/logout',
  summary: 'Sign out: end the session of a refresh token',
  tag: 'accounts',
  auth: 'none',
  body: refreshTokenBody,
  responses: { 204: { description: 'The session has ended' } },
  errors: ['VALIDATION_ERROR'],
});

export const meRoute = defineRoute({
  method: 'GET',
  path: '/users/me',
  summary: 'Your account',
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
      .describe('After a password change: a new session; all other sessions have ended.'),
  })
  .meta({ id: 'OwnAccount', description: 'The account after the change.', examples: [EXAMPLES.user] });
export type OwnAccountView = z.infer<typeof ownAccountSchema>;

export const changeMeRoute = defineRoute({
  method: 'PATCH',
  path: '/users/me',
  summary: 'Change your password or email address; a new password ends all sessions and returns a new one',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  body: z
    .strictObject({
      oldPassword: z.string().min(1).max(1_000).describe('The current password.'),
      password: passwordSchema.optional().describe('The new password.'),
      email: email.optional().describe('The new email address.'),
    })
    .refine(({ password, email: address }) => password ?? address, 'must contain a new password or email address')
    .meta({
      id: 'OwnAccountChange',
      description: 'A new password, a new email address or both.',
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
