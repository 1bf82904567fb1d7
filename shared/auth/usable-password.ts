import { AppError } from '#shared/errors/app-error.ts';

/** Of the account's own words only those count that are long enough to be found by chance in nothing else. */
const SHORTEST_OWN_WORD = 3;
/** What must be left of a password without them. */
const FEWEST_OF_OTHER = 4;

/** The 49,000 of the package, 18,000 of them of 8 characters or more; 0.2 s and 6 MB, so when the first one is asked for. */
let common: Promise<ReadonlySet<string>> | undefined;

async function readCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(String));
}

/**
 * Refuses a new password that a guesser tries first: one of the commonest, in any case of letters, and one that is the
 * account's user name or e-mail address with little added.
 * @throws AppError VALIDATION_ERROR
 */
export async function assertUsablePassword(
  password: string,
  owner: { email: string; username: string },
): Promise<void> {
  const lower = password.toLowerCase();
  common ??= readCommon();
  if ((await common).has(lower) || new Set(lower).size < 3) {
    throw refusal('is one of the most common passwords and easy to guess; choose another');
  }
  if (isMadeOf(lower, ownWords(owner))) {
    throw refusal('must not be your username or email address with little added; choose another');
  }
}

function ownWords({ email, username }: { email: string; username: string }): string[] {
  const address = email.toLowerCase();
  const [local = ''] = address.split('@');
  // The longest first: what holds another goes as a whole.
  return [address, local, username.toLowerCase()]
    .filter((word) => word.length >= SHORTEST_OWN_WORD)
    .sort((one, other) => other.length - one.length);
}

function isMadeOf(password: string, words: readonly string[]): boolean {
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), password);
  return left !== password && [...left].length < FEWEST_OF_OTHER;
}

function refusal(message: string): AppError {
  return new AppError('VALIDATION_ERROR', { errors: [{ field: 'password', message }] });
}
