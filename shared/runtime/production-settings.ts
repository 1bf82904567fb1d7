import { HASHING_MODEL_ID } from '#shared/models/models.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** Of a secret that was drawn at random; of 32 random digits fewer than 8 kinds come once in 700, of letters never. */
const FEWEST_KINDS = 8;
/** Of 32 random bytes fewer differ once in 10^16. */
const FEWEST_BYTES = 16;
const SHORTEST_PERIOD = 16;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f.+\])$/;

/** Addresses by which what people read and write goes through the network. */
const SEEN_BY_PEOPLE = ['PUBLIC_URL', 'STREAM_URL', 'S3_PUBLIC_ENDPOINT'];

/**
 * What may do on a developer's machine and never where strangers come: each line names its setting and no value.
 * @param settings those that are given, whether or not they are well formed
 */
export function productionProblems(settings: Settings): string[] {
  return [...weakSecrets(settings), ...repeatedSecrets(settings), ...openAddresses(settings), ...standIns(settings)];
}

function weakSecrets(settings: Settings): string[] {
  const tokens = [...named(settings, 'JWT_SECRET', 'JWT_SECRETS'), ...named(settings, 'STORAGE_WEBHOOK_TOKEN')];
  const keys = named(settings, 'APP_ENCRYPTION_KEY', 'APP_ENCRYPTION_KEYS');
  const weak = [
    ...tokens.filter(({ value }) => isGuessable(value)),
    ...keys.filter(({ value }) => /^[0-9a-f]{64}$/i.test(value) && isRegular(Buffer.from(value, 'hex'))),
  ];
  return [...new Set(weak.map(({ setting }) => setting))].map(
    (setting) => `${setting}: is easy to guess; use a random value, for example from openssl rand -hex 32`,
  );
}

function repeatedSecrets(settings: Settings): string[] {
  const secrets = [
    ...named(settings, 'JWT_SECRET', 'JWT_SECRETS'),
    ...named(settings, 'APP_ENCRYPTION_KEY', 'APP_ENCRYPTION_KEYS'),
    ...named(settings, 'STORAGE_WEBHOOK_TOKEN'),
  ];
  const purposes = new Map<string, string>();
  const problems = new Set<string>();
  for (const { setting, value } of secrets) {
    const purpose = setting.replace(/S$/, '');
    const other = purposes.get(value.toLowerCase());
    if (other === undefined) purposes.set(value.toLowerCase(), purpose);
    else if (other !== purpose) problems.add(`${setting}: is the same as ${other}; use a different value for each`);
  }
  return [...problems];
}

function openAddresses(settings: Settings): string[] {
  return SEEN_BY_PEOPLE.filter((setting) => {
    const url = URL.parse(settings[setting] ?? '');
    return url?.protocol === 'http:' && !LOOPBACK.test(url.hostname);
  }).map((setting) => `${setting}: must be an https address; http is not encrypted`);
}

function standIns(settings: Settings): string[] {
  const google = URL.parse(settings.GOOGLE_API_ROOT ?? '');
  return [
    ...(google && LOOPBACK.test(google.hostname)
      ? ['GOOGLE_API_ROOT: points to this machine, where only the stand-in for Google can run; leave it unset']
      : []),
    ...(settings.EMBEDDING_MODEL === HASHING_MODEL_ID
      ? [`EMBEDDING_MODEL: ${HASHING_MODEL_ID} compares spellings, not meanings, and is only for trying OmniRAG out`]
      : []),
  ];
}

/** The secrets of a setting, and of the one beside it that lists several with their names. */
function named(settings: Settings, single: string, list?: string): { setting: string; value: string }[] {
  const values = (settings[list ?? ''] ?? '').split(',').map((entry) => entry.slice(entry.indexOf(':') + 1).trim());
  return [
    ...(settings[single] ? [{ setting: single, value: settings[single] }] : []),
    ...values.filter((value) => value !== '').map((value) => ({ setting: list ?? '', value })),
  ];
}

function isGuessable(secret: string): boolean {
  return new Set(secret).size < FEWEST_KINDS || repeats(Buffer.from(secret)) || steps(Buffer.from(secret));
}

function isRegular(key: Buffer): boolean {
  return new Set(key).size < FEWEST_BYTES || repeats(key) || steps(key);
}

/** One short piece, over and over. */
function repeats(bytes: Buffer): boolean {
  for (let period = 1; period < Math.min(SHORTEST_PERIOD, bytes.length); period += 1) {
    if (bytes.every((byte, at) => byte === bytes[at % period])) return true;
  }
  return false;
}

/** `0001020304…` and the like: each as far from the one before. */
function steps(bytes: Buffer): boolean {
  const step = (at: number): number => ((bytes[at] ?? 0) - (bytes[at - 1] ?? 0) + 256) % 256;
  return bytes.every((_, at) => at < 2 || step(at) === step(1));
}
