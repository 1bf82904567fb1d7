import { z } from 'zod';
import { integer, integerOrNone, key, longSecret, type Settings, url } from './kinds.ts';

export const KEYS = {
  APP_ENCRYPTION_KEY: {
    schema: z.string().optional(),
    doc: 'The key that stored files are encrypted with, 32 bytes in hexadecimal; this or `APP_ENCRYPTION_KEYS` is required.',
    secret: true,
  },
  APP_ENCRYPTION_KEYS: {
    schema: z.string().optional(),
    doc: '`id:hex,…` while [keys rotate](real-services.md#another-encryption-key); the first is the current one.',
    secret: true,
  },
  JWT_SECRET: {
    schema: longSecret(32).optional(),
    doc: 'Signs access tokens, 32 characters or more; this or `JWT_SECRETS` is required.',
    secret: true,
  },
  JWT_SECRETS: {
    schema: z.string().optional(),
    doc: '`id:secret,…` while secrets rotate; the first signs, all verify.',
    secret: true,
  },
  STORAGE_WEBHOOK_TOKEN: {
    schema: longSecret(16).optional(),
    doc: 'What MinIO sends to `POST /hooks/storage`, 16 characters or more; not set, the route answers 404.',
    local: 'S3 tells of new objects by a queue',
  },
} satisfies Settings;

export const DRIVE = {
  GOOGLE_CLIENT_ID: {
    schema: key.optional(),
    doc: 'The OAuth client people connect their Drive with; without one the routes of Drive answer 404, and `npm start` brings a stand-in.',
  },
  GOOGLE_CLIENT_SECRET: {
    schema: key.optional(),
    doc: 'The secret of the client, required with `GOOGLE_CLIENT_ID`.',
    secret: true,
  },
  GOOGLE_API_ROOT: { schema: url.optional(), doc: "Base of all of Google's addresses; not set, Google's own." },
  GOOGLE_SCOPE: {
    schema: z.enum(['drive.readonly', 'drive.file']).default('drive.readonly'),
    doc: 'What people are asked for: all their files, or with `drive.file` only what they open with this client.',
  },
} satisfies Settings;

export const ACCOUNTS = {
  REFRESH_REUSE_GRACE_SECONDS: {
    schema: integer(0, 0, 10),
    doc: 'Seconds for which a spent refresh token works once more; 0: reuse ends the session.',
  },
  SESSION_MAX_DAYS: {
    schema: integer(90, 1, 3_650),
    doc: 'Days after which a session ends, however often it was refreshed.',
  },
  REGISTRATION: {
    schema: z.enum(['open', 'closed']).default('open'),
    doc: '`closed`: accounts are made by `npm run admin -- create-account EMAIL` alone.',
  },
  SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
    doc: 'Where mail goes out, `smtp://` or `smtps://`, with name and password where it asks: people are told when their address or password was changed; not set, it stands in the account alone (`GET /users/me/notices`).',
    secret: true,
  },
  MAIL_FROM: { schema: z.email().optional(), doc: 'The address mail comes from; required with `SMTP_URL`.' },
  BCRYPT_COST: {
    schema: integer(12, 12, 16),
    doc: "Of new passwords, bcrypt's cost: one more takes twice as long; older ones are hashed anew at the next login.",
  },
} satisfies Settings;

export const QUOTAS = {
  QUOTA_MAX_FILES: {
    schema: integerOrNone(1, 1_000_000_000),
    doc: 'Files that one person may store; not set, no limit.',
  },
  QUOTA_MAX_BYTES: {
    schema: integerOrNone(1, Number.MAX_SAFE_INTEGER),
    doc: 'Bytes that one person may store; not set, no limit.',
  },
  QUOTA_SEARCHES_PER_MINUTE: {
    schema: integerOrNone(1, 1_000_000),
    doc: 'Searches of one person; so many at once, then as many evenly spread; not set, no limit.',
  },
  QUOTA_UPLOADS_PER_MINUTE: {
    schema: integerOrNone(1, 1_000_000),
    doc: 'Uploads of one person, in the same way; not set, no limit.',
  },
  QUOTA_REGISTRATIONS_PER_HOUR: {
    schema: integer(100, 0, 1_000_000),
    doc: 'Attempts to register from one network; 0: no limit.',
  },
  LOGIN_FAILURES_PER_ACCOUNT: {
    schema: integer(10, 1, 10_000),
    doc: 'Failed logins in a quarter of an hour at one account, from one address.',
  },
  LOGIN_FAILURES_PER_ADDRESS: {
    schema: integer(100, 1, 1_000_000),
    doc: 'Failed logins in a quarter of an hour from one address, at all accounts.',
  },
} satisfies Settings;
