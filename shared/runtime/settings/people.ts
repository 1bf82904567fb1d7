import { z } from 'zod';
import { integer, integerOrNone, key, longSecret, type Settings, url } from './kinds.ts';

export const KEYS = {
  APP_ENCRYPTION_KEY: {
    schema: z.string().optional(),
    doc: 'Key that encrypts stored files, 32 bytes in hexadecimal; this or `APP_ENCRYPTION_KEYS` is required.',
    secret: true,
  },
  APP_ENCRYPTION_KEYS: {
    schema: z.string().optional(),
    doc: '`id:hex,…` while [keys rotate](real-services.md#rotating-the-encryption-key); the first is the current one.',
    secret: true,
  },
  JWT_SECRET: {
    schema: longSecret(32).optional(),
    doc: 'Secret that signs access tokens, at least 32 characters; this or `JWT_SECRETS` is required.',
    secret: true,
  },
  JWT_SECRETS: {
    schema: z.string().optional(),
    doc: '`id:secret,…` while secrets rotate; the first signs, all verify.',
    secret: true,
  },
  STORAGE_WEBHOOK_TOKEN: {
    schema: longSecret(16).optional(),
    doc: 'Token that MinIO sends to `POST /hooks/storage`, at least 16 characters; unset: the route returns 404.',
    local: 'S3 announces new objects through a queue',
  },
} satisfies Settings;

export const DRIVE = {
  GOOGLE_CLIENT_ID: {
    schema: key.optional(),
    doc: 'The OAuth client for connecting Google Drive; unset: the Drive routes return 404, and `npm start` brings a stand-in for Google.',
  },
  GOOGLE_CLIENT_SECRET: {
    schema: key.optional(),
    doc: 'Secret of the OAuth client; required with `GOOGLE_CLIENT_ID`.',
    secret: true,
  },
  GOOGLE_API_ROOT: { schema: url.optional(), doc: "Base address of Google's APIs; unset: Google's own." },
  GOOGLE_SCOPE: {
    schema: z.enum(['drive.readonly', 'drive.file']).default('drive.readonly'),
    doc: 'Access to request: all files in Google Drive, or with `drive.file` only files opened with this client.',
  },
} satisfies Settings;

export const ACCOUNTS = {
  REFRESH_REUSE_GRACE_SECONDS: {
    schema: integer(0, 0, 10),
    doc: 'Seconds during which a used refresh token works once more; 0: reuse ends the session.',
  },
  SESSION_MAX_DAYS: {
    schema: integer(90, 1, 3_650),
    doc: 'Days after which a session expires, even if it is refreshed.',
  },
  REGISTRATION: {
    schema: z.enum(['open', 'closed']).default('open'),
    doc: '`closed`: only `npm run admin -- create-account EMAIL` creates accounts.',
  },
  SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
    doc: 'Outgoing mail server, `smtp://` or `smtps://`, with username and password if needed: it sends notices when an email address or password changes; unset: notices appear only in the account (`GET /users/me/notices`).',
    secret: true,
  },
  MAIL_FROM: { schema: z.email().optional(), doc: 'Sender address of emails; required with `SMTP_URL`.' },
  BCRYPT_COST: {
    schema: integer(12, 12, 16),
    doc: 'Cost of bcrypt for new passwords: one more takes twice as long; older passwords are rehashed at the next sign-in.',
  },
} satisfies Settings;

export const QUOTAS = {
  QUOTA_MAX_FILES: {
    schema: integerOrNone(1, 1_000_000_000),
    doc: 'Maximum number of files per user; unset: no limit.',
  },
  QUOTA_MAX_BYTES: {
    schema: integerOrNone(1, Number.MAX_SAFE_INTEGER),
    doc: 'Maximum number of stored bytes per user; unset: no limit.',
  },
  QUOTA_SEARCHES_PER_MINUTE: {
    schema: integerOrNone(1, 1_000_000),
    doc: 'Searches per user: this many at once, then the same number spread evenly; unset: no limit.',
  },
  QUOTA_UPLOADS_PER_MINUTE: {
    schema: integerOrNone(1, 1_000_000),
    doc: 'Uploads per user, counted the same way; unset: no limit.',
  },
  QUOTA_REGISTRATIONS_PER_HOUR: {
    schema: integer(100, 0, 1_000_000),
    doc: 'Registration attempts per network; 0: no limit.',
  },
  LOGIN_FAILURES_PER_ACCOUNT: {
    schema: integer(10, 1, 10_000),
    doc: 'Failed sign-ins within 15 minutes per account and network address.',
  },
  LOGIN_FAILURES_PER_ADDRESS: {
    schema: integer(100, 1, 1_000_000),
    doc: 'Failed sign-ins within 15 minutes per network address, for all accounts.',
  },
} satisfies Settings;
