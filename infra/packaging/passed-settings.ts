const REFERENCE = '{{resolve:secretsmanager:';

/** Of each of these one is needed. */
const NEEDED_SECRETS = [['DATABASE_URL'], ['JWT_SECRET', 'JWT_SECRETS'], ['APP_ENCRYPTION_KEY', 'APP_ENCRYPTION_KEYS']];

/**
 * What the functions get of the settings that are declared. Those that are not set stay away, for Lambda takes 4 KB of
 * variables in all; so do the secrets that nobody keeps, for CloudFormation fails at a key that the secret does not have.
 *
 * @param kept the names of what the secret holds, commas between them
 * @throws Error when one of them is no secret setting, or one that is needed is not among them
 */
export function passedSettings(declared: Readonly<Record<string, unknown>>, kept: string): Record<string, unknown> {
  const names = kept.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isReference(declared[name]));
  if (unknown.length > 0) throw new Error(`OMNIRAG_SECRETS: not secret settings: ${unknown.join(', ')}.`);
  const missing = NEEDED_SECRETS.filter((choice) => !choice.some((name) => names.includes(name)));
  if (missing.length > 0) {
    const needed = missing.map((choice) => choice.join(' or ')).join(', ');
    throw new Error(`OMNIRAG_SECRETS: must list everything the secret contains; ${needed} is missing.`);
  }
  return Object.fromEntries(
    Object.entries(declared).filter(([name, value]) => (isReference(value) ? names.includes(name) : value !== '')),
  );
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(REFERENCE);
}
