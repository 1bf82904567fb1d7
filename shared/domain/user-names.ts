/**
 * Names that people would take for the system's own, or for those who run it, also with dots or dashes between. Further:
 * words that a program would take for something else than a person.
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...['admin', 'admins', 'administrator', 'administrators', 'root', 'sysadmin', 'superuser', 'owner', 'operator'],
  ...[
    'system',
    'omnirag',
    'moderator',
    'staff',
    'team',
    'support',
    'help',
    'helpdesk',
    'security',
    'service',
    'official',
  ],
  ...[
    'abuse',
    'billing',
    'contact',
    'hostmaster',
    'info',
    'mail',
    'mailerdaemon',
    'noreply',
    'postmaster',
    'webmaster',
  ],
  ...['anonymous', 'anybody', 'anyone', 'everybody', 'everyone', 'nobody', 'somebody', 'someone', 'self', 'me', 'you'],
  ...['all', 'api', 'false', 'group', 'guest', 'nan', 'none', 'null', 'true', 'undefined', 'user', 'users', 'www'],
]);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What is wrong with a user name for a new account; undefined when it can be taken. The letters of one alphabet alone, so
 * that no two names look the same to a person: in others an `а` or an `о` is another character than ours. Accounts from
 * before this rule keep their names.
 */
export function problemOfUserName(name: string): string | undefined {
  if (!/^[A-Za-z0-9._-]{2,64}$/.test(name)) {
    return 'must be 2 to 64 letters without accents (a to z), digits, dots, dashes or underscores';
  }
  if (!/^[A-Za-z0-9].*[A-Za-z0-9]$/.test(name)) return 'must begin and end with a letter or a digit';
  if (/[._-]{2}/.test(name)) return 'must not contain two dots, dashes or underscores in a row';
  if (UUID.test(name)) return 'must not look like an id';
  if (RESERVED.has(name.toLowerCase().replaceAll(/[._-]/g, ''))) return 'is reserved; choose another';
  return undefined;
}
