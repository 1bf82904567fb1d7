import { z } from 'zod';
import { parseTokenKeys, TokenKeysError } from '#shared/auth/token-keys.ts';
import { KeyringError, parseKeyring } from '#shared/crypto/keyring.ts';
import { BM25 } from '#shared/models/index-model.ts';
import { parseAddressRange } from './client-address.ts';
import { productionProblems } from './production-settings.ts';

const MIB = 1024 ** 2;

const secret = (minimum: number) => z.string().min(minimum, `must be at least ${minimum} characters`);
const wholeNumber = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(error).int(error).min(minimum, error).max(maximum, error);
};
const integer = (fallback: number, minimum: number, maximum: number) => wholeNumber(minimum, maximum).default(fallback);
const integerOrNone = (minimum: number, maximum: number) => wholeNumber(minimum, maximum).optional();
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(holdsNoPassword, 'may hold no user name or password');
/** Sent in a header, which holds no other characters. */
const key = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces');
/** Servers name models as they like (`@cf/baai/bge-m3`, `/models/bge`); a plus joins two in the name of an index. */
const model = z
  .string()
  .regex(
    /^(?!(?:.*\/)?\.\.(?:\/|$))[^+\p{Cc}]+$/u,
    'must be a name such as Xenova/bge-small-en-v1.5, without plus signs, line breaks and ..',
  );
/** Of a model whose files are read: it leads to a folder in MODEL_DIR and never out of it. */
const MODEL_IN_FOLDER = /^[\w-][\w.:@-]*(\/[\w-][\w.:@-]*)*$/;
const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 lower-case letters, digits, dots and hyphens');

function holdsNoPassword(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed === null || (parsed.username === '' && parsed.password === '');
}

/** Without a path, which would be lost where addresses are made from it. */
function isBase(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed === null || (parsed.pathname === '/' && parsed.search === '' && parsed.hash === '');
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const ocrLanguages = z
  .string()
  .regex(/^[A-Za-z_]{3,30}(\+[A-Za-z_]{3,30})*$/, 'must be language codes such as eng+deu')
  .default('eng+deu+fra+spa+ita+por')
  .transform((codes): [string, ...string[]] => {
    const [first = '', ...others] = new Set(codes.split('+'));
    return [first, ...others];
  });

/** Every setting, its type, its bounds and its default; secrets have none. */
export const environmentSchema = z.object({
  OMNIRAG_ENV: z.enum(['production', 'local']).default('production'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  PUBLIC_URL: url.refine(isBase, 'must be an address without a path'),
  /** Base of the function URL that streams file contents. */
  STREAM_URL: url,
  /** Besides our own, origins whose pages may call; `*` is none, for what it lets in nobody chose. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    )
    .refine((origins) => origins.every(isOrigin), 'must be a list of origins like https://app.example.com'),

  /** Whose `X-Forwarded-For` is believed: addresses and networks. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list, context) => {
      const texts = list.split(',').map((text) => text.trim());
      const ranges = texts.filter((text) => text !== '').map(parseAddressRange);
      const known = ranges.filter((range) => range !== undefined);
      if (known.length < ranges.length) context.addIssue('must be a list of addresses and networks like 10.0.0.0/8');
      return known;
    }),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }),
  DATABASE_POOL_MAX: integer(1, 1, 50),

  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]{2,40}$/, 'must be the name of a region such as us-east-1')
    .default('us-east-1'),
  S3_ENDPOINT: url.optional(),
  S3_PUBLIC_ENDPOINT: url.optional(),
  S3_BUCKET: bucket.default('omnirag-storage'),
  S3_INCOMING_BUCKET: bucket.default('omnirag-incoming'),
  SQS_ENDPOINT: url.optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,60}$/, 'must be letters, digits, hyphens and underscores, 60 at most')
    .default('omnirag-'),

  VECTOR_DB_PROVIDER: z.enum(['qdrant'], 'must be qdrant, the only one there is').default('qdrant'),
  QDRANT_URL: url,
  QDRANT_API_KEY: key.optional(),
  QDRANT_COLLECTION: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be letters, digits, hyphens and underscores, 100 at most')
    .default('ragbase_hybrid'),
  QDRANT_TENANCY: z.enum(['collection-per-user', 'shared']).default('collection-per-user'),
  QDRANT_TIMEOUT_MS: integer(10_000, 100, 120_000),

  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),

  /** What each leg of a search may take; the others answer without one that takes longer. */
  SEARCH_LEG_TIMEOUT_MS: integer(5_000, 50, 60_000),
  /** Of BM25: how soon more of the same word stops to matter, and how much longer passages are marked down. */
  BM25_K1: z.coerce.number().min(0).max(10).default(1.2),
  BM25_B: z.coerce.number().min(0).max(1).default(0.75),

  /** 32 bytes in hexadecimal; this or APP_ENCRYPTION_KEYS is needed. */
  APP_ENCRYPTION_KEY: z.string().optional(),
  /** `id:hex,…` while keys rotate; the first is the current one. */
  APP_ENCRYPTION_KEYS: z.string().optional(),
  /** Signs tokens; this or JWT_SECRETS is needed. */
  JWT_SECRET: secret(32).optional(),
  /** `id:secret,…` while keys rotate; the first signs. */
  JWT_SECRETS: z.string().optional(),
  STORAGE_WEBHOOK_TOKEN: secret(16).optional(),

  EMBEDDING_MODEL: model.default('Xenova/bge-small-en-v1.5'),
  EMBEDDING_URL: url.optional(),
  EMBEDDING_API_KEY: key.optional(),
  WHISPER_MODEL: model.default('Xenova/whisper-base'),
  /** A server that speaks OpenAI's `POST /v1/audio/transcriptions`. */
  TRANSCRIPTION_URL: url.optional(),
  TRANSCRIPTION_API_KEY: key.optional(),
  /** Where ffmpeg is looked for. */
  PATH: z.string().default(''),
  CLIP_MODEL: model.default('Xenova/clip-vit-base-patch32'),
  IMAGE_EMBEDDING_URL: url.optional(),
  IMAGE_EMBEDDING_API_KEY: key.optional(),
  /** In which pictures are read, `+` between them, the most likely first. */
  OCR_LANGUAGES: ocrLanguages,
  /** What makes the sparse vectors: `bm25`, or a SPLADE model. */
  SPARSE_MODEL: model.default(BM25),
  /** A server that speaks text-embeddings-inference's `POST /embed_sparse`. */
  SPARSE_URL: url.optional(),
  SPARSE_API_KEY: key.optional(),
  /** A cross-encoder that reads the best passages once more; not given, nothing does. */
  RERANK_MODEL: model.optional(),
  /** A server that speaks text-embeddings-inference's `POST /rerank`. */
  RERANK_URL: url.optional(),
  RERANK_API_KEY: key.optional(),
  MODEL_DIR: z.string().default('.omnirag/models'),
  /** How long the index of the model before is kept; shorter, something could still be on its way to it. */
  REEMBED_GRACE_HOURS: integer(24, 1, 8_760),

  /** Of the OAuth client that people connect their Drive with; without one the routes of Drive answer 404. */
  GOOGLE_CLIENT_ID: key.optional(),
  GOOGLE_CLIENT_SECRET: key.optional(),
  /** Base of all of Google's addresses; Google's own when not given. */
  GOOGLE_API_ROOT: url.optional(),
  GOOGLE_SCOPE: z.enum(['drive.readonly', 'drive.file']).default('drive.readonly'),

  MAX_FILE_BYTES: integer(1024 * MIB, 1, 50 * 1024 * MIB),
  UPLOAD_TTL_SECONDS: integer(900, 1, 86_400),
  SWEEP_AFTER_SECONDS: integer(30, 1, 3_600),
  STAGE_LEASE_SECONDS: integer(30, 1, 900),
  OUTBOX_LEASE_SECONDS: integer(30, 1, 900),
  OUTBOX_MAX_ATTEMPTS: integer(10, 1, 100),
  PARSE_WINDOW_TIMEOUT_MS: integer(60_000, 100, 600_000),
  /** Of all files below one that a person stored, nested ones included. */
  MAX_TEXT_CHARS: integer(100_000_000, 1, 1_000_000_000),
  ARCHIVE_MAX_FILES: integer(2_000, 1, 100_000),
  ARCHIVE_MAX_BYTES: integer(1024 * MIB, 1, 50 * 1024 * MIB),
  ARCHIVE_MAX_DEPTH: integer(3, 1, 20),
  PARSE_MEMORY_MB: integer(600, 128, 8_192),
  REFRESH_REUSE_GRACE_SECONDS: integer(0, 0, 10),
  /** After so long a session ends, however often it was refreshed. */
  SESSION_MAX_DAYS: integer(90, 1, 3_650),
  /** Closed: accounts are made by `npm run admin -- create-account` alone. */
  REGISTRATION: z.enum(['open', 'closed']).default('open'),
  /** Where mail goes out; not given, what people are to be told stands in their accounts alone. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
  /** The address mail comes from. */
  MAIL_FROM: z.email().optional(),
  BCRYPT_COST: integer(12, 12, 16),
  /** Of one person; not given, there is no limit. */
  QUOTA_MAX_FILES: integerOrNone(1, 1_000_000_000),
  QUOTA_MAX_BYTES: integerOrNone(1, Number.MAX_SAFE_INTEGER),
  QUOTA_SEARCHES_PER_MINUTE: integerOrNone(1, 1_000_000),
  QUOTA_UPLOADS_PER_MINUTE: integerOrNone(1, 1_000_000),
  /** Of one network; 0: as many as come. */
  QUOTA_REGISTRATIONS_PER_HOUR: integer(100, 0, 1_000_000),
  LOGIN_FAILURES_PER_ACCOUNT: integer(10, 1, 10_000),
  LOGIN_FAILURES_PER_ADDRESS: integer(100, 1, 1_000_000),
});

/** Two requests of one batch run under a lease, and it must outlast the second when that is given up. */
const LEASE_PER_TIMEOUT = 3;

const consistentSchema = environmentSchema
  .refine((settings) => !settings.GOOGLE_CLIENT_ID || settings.GOOGLE_CLIENT_SECRET, {
    path: ['GOOGLE_CLIENT_SECRET'],
    error: 'is required with GOOGLE_CLIENT_ID',
  })
  .refine((settings) => !settings.SMTP_URL || settings.MAIL_FROM, {
    path: ['MAIL_FROM'],
    error: 'is required with SMTP_URL',
  })
  .refine((settings) => settings.OUTBOX_LEASE_SECONDS * 1_000 >= LEASE_PER_TIMEOUT * settings.QDRANT_TIMEOUT_MS, {
    path: ['OUTBOX_LEASE_SECONDS'],
    error: `must be at least ${LEASE_PER_TIMEOUT} times QDRANT_TIMEOUT_MS`,
  });

export type Config = z.output<typeof environmentSchema>;

/** Names every setting that is wrong, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`These settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** The only reader of the process environment. @throws ConfigError that lists all that is wrong at once */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // A setting that is present but empty (`REDIS_URL=`) counts as not given.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = consistentSchema.safeParse(given);
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => {
      const name = issue.path.join('.');
      return `${name}: ${given[name] === undefined && issue.code !== 'custom' ? 'is required' : issue.message}`;
    }),
    ...modelProblems(given),
    ...keyProblems(() => parseKeyring(given)),
    ...keyProblems(() => parseTokenKeys(given)),
    ...((given.OMNIRAG_ENV ?? 'production') === 'production' ? productionProblems(given) : []),
  ];
  if (result.success && problems.length === 0) return result.data;
  throw new ConfigError(firstOfEach(problems));
}

/** `LOG_LEVEL` alone, its default where it is wrong: what is wrong with the settings has to be told, too. */
export function readLogLevel(environment: NodeJS.ProcessEnv = process.env): Config['LOG_LEVEL'] {
  const { LOG_LEVEL } = environmentSchema.shape;
  return LOG_LEVEL.safeParse(environment.LOG_LEVEL || undefined).data ?? LOG_LEVEL.parse(undefined);
}

/** All that is wrong with settings, one line each that begins with the setting's name; empty when nothing is. */
export function configProblems(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** What is no address has no path either, and whoever reads it wants to hear the first. */
function firstOfEach(problems: readonly string[]): readonly string[] {
  const names = problems.map((problem) => problem.split(':', 1)[0]);
  return problems.filter((_, at) => names.indexOf(names[at]) === at);
}

const SERVED_MODELS = [
  ['EMBEDDING_MODEL', 'EMBEDDING_URL'],
  ['WHISPER_MODEL', 'TRANSCRIPTION_URL'],
  ['CLIP_MODEL', 'IMAGE_EMBEDDING_URL'],
  ['SPARSE_MODEL', 'SPARSE_URL'],
  ['RERANK_MODEL', 'RERANK_URL'],
] as const;

/** A name that is sent to a server may be any; without one it is that of a folder. */
function modelProblems(given: NodeJS.ProcessEnv): string[] {
  return SERVED_MODELS.filter(([name, server]) => !given[server] && !MODEL_IN_FOLDER.test(given[name] ?? 'none')).map(
    ([name, server]) =>
      `${name}: must be a name such as Xenova/bge-small-en-v1.5, of a folder in MODEL_DIR, unless ${server} is set`,
  );
}

/** One of two settings is needed, which a schema of single settings cannot say. */
function keyProblems(parse: () => unknown): string[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof KeyringError || error instanceof TokenKeysError) return [error.message];
    throw error;
  }
}
