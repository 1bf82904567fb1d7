import { z } from 'zod';
import { ROLES } from '#shared/auth/permissions.ts';
import { defineRoute } from './route.ts';
import { plainText } from './text.ts';

const utf8Length = (value: string): number => Buffer.byteLength(value, 'utf8');

/** bcrypt reads 72 bytes and stops at a NUL: a longer password is refused, never cut. */
export const passwordSchema = z
  .string()
  .refine((value) => utf8Length(value) >= 8, 'must be at least 8 bytes long')
  .refine((value) => utf8Length(value) <= 72, 'must be at most 72 bytes long')
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    username: z.string(),
    role: z.enum(ROLES),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });
export type UserView = z.infer<typeof userSchema>;

export const sessionSchema = z
  .object({
    user: userSchema,
    accessToken: z.string(),
    refreshToken: z.string(),
    /** Seconds until the access token expires. */
    expiresIn: z.int(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

const email = z.email().max(254);

export const registerBody = z
  .strictObject({
    email,
    username: z
      .string()
      .regex(/^[\p{L}\p{N}._-]{2,64}$/u, 'must be 2 to 64 letters, digits, dots, dashes or underscores'),
    password: passwordSchema,
  })
  .meta({ id: 'Registration' });

export const loginBody = z
  .strictObject({ login: plainText(254).min(1), password: z.string().min(1).max(1_000) })
  .meta({ id: 'Login' });

const refreshTokenBody = z.strictObject({ refreshToken: z.string().min(1).max(500) }).meta({ id: 'RefreshToken' });

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/auth/register',
  summary: 'Create an account and sign in',
  tag: 'accounts',
  auth: 'none',
  rate: 'registrations',
  body: registerBody,
  responses: { 201: { description: 'The account and its first session', schema: sessionSchema } },
  errors: ['VALIDATION_ERROR', 'ACCOUNT_EXISTS'],
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
    /** After a change of the password: every other session has ended. */
    session: sessionSchema.omit({ user: true }).optional(),
  })
  .meta({ id: 'OwnAccount' });
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
      oldPassword: z.string().min(1).max(1_000),
      password: passwordSchema.optional(),
      email: email.optional(),
    })
    .refine(({ password, email: address }) => password ?? address, 'must hold a new password or e-mail address')
    .meta({ id: 'OwnAccountChange' }),
  responses: { 200: { description: 'The account', schema: ownAccountSchema } },
  errors: ['VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS', 'ACCOUNT_EXISTS', 'CONFLICT'],
});
