import { createHash, randomBytes } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { OAuthError } from '../google-error.ts';

const CODE_SECONDS = 600;
const ACCESS_SECONDS = 3_599;

export interface ConsentGiven {
  account: string;
  /** Granted scopes, separated by spaces. */
  scope: string;
  redirectUri: string;
  /** Base64url of the verifier's SHA-256; undefined when the client uses no PKCE. */
  codeChallenge: string | undefined;
  /** Whether a refresh token was asked for and is given. */
  offline: boolean;
}

export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  scope: string;
  token_type: 'Bearer';
  refresh_token?: string;
}

/** Codes, tokens and what they stand for. */
export interface Grants {
  /** @returns a code for one exchange */
  consent(given: ConsentGiven): string;
  /** @throws OAuthError invalid_grant */
  exchangeCode(code: string, redirectUri: string, verifier: string | undefined): TokenAnswer;
  /** @throws OAuthError invalid_grant */
  refresh(refreshToken: string): TokenAnswer;
  /** The account a refresh token stands for. */
  accountOf(token: string): string | undefined;
  /** Every refresh and access token of the account. */
  tokensOf(account: string): string[];
  /** The account and scope of an access token that is still good. */
  access(accessToken: string): { account: string; scope: string } | undefined;
  /** Ends the grant that the token belongs to. @returns false for a token nobody knows */
  revoke(token: string): boolean;
  /** Ends every grant of the account, as the person can do in their Google account. */
  revokeAccount(account: string): void;
  /** Makes access tokens of the account end now; its refresh tokens stay. */
  expireAccess(account: string): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, scope TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    challenge TEXT, offline INTEGER NOT NULL, code TEXT UNIQUE, code_expires INTEGER NOT NULL, refresh TEXT UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL REFERENCES grants ON DELETE CASCADE,
    expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;`;

/** @param path of the SQLite file */
export function openGrants(path: string): Grants {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  db.exec(SCHEMA);
  const one = (sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined =>
    db.prepare(sql).get(...values);
  const run = (sql: string, ...values: SQLInputValue[]): number => Number(db.prepare(sql).run(...values).changes);
  const giveAccess = (grantId: number, scope: string): TokenAnswer => {
    const token = `ya29.${randomBytes(32).toString('base64url')}`;
    run('INSERT INTO access_tokens VALUES (?, ?, ?)', token, grantId, Date.now() + ACCESS_SECONDS * 1_000);
    return { access_token: token, expires_in: ACCESS_SECONDS, scope, token_type: 'Bearer' };
  };
  return {
    consent({ account, scope, redirectUri, codeChallenge, offline }) {
      const code = `4/${randomBytes(24).toString('base64url')}`;
      run(
        `INSERT INTO grants (account, scope, redirect_uri, challenge, offline, code, code_expires)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[
          account,
          scope,
          redirectUri,
          codeChallenge ?? null,
          offline ? 1 : 0,
          code,
          Date.now() + CODE_SECONDS * 1_000,
        ],
      );
      return code;
    },
    exchangeCode(code, redirectUri, verifier) {
      const grant = one('SELECT * FROM grants WHERE code = ? AND code_expires > ?', code, Date.now());
      if (!grant || grant.redirect_uri !== redirectUri) throw new OAuthError('invalid_grant', 'Malformed auth code.');
      const challenge = verifier === undefined ? null : createHash('sha256').update(verifier).digest('base64url');
      if (grant.challenge !== challenge) throw new OAuthError('invalid_grant', 'Invalid code verifier.');
      const refresh = grant.offline === 1 ? `1//${randomBytes(32).toString('base64url')}` : null;
      run('UPDATE grants SET code = NULL, refresh = ? WHERE id = ?', refresh, Number(grant.id));
      const access = giveAccess(Number(grant.id), String(grant.scope));
      return refresh === null ? access : { ...access, refresh_token: refresh };
    },
    refresh(refreshToken) {
      const grant = one('SELECT id, scope FROM grants WHERE refresh = ?', refreshToken);
      if (!grant) throw new OAuthError('invalid_grant', 'Token has been expired or revoked.');
      return giveAccess(Number(grant.id), String(grant.scope));
    },
    accountOf(token) {
      const grant = one('SELECT account FROM grants WHERE refresh = ?', token);
      return grant ? String(grant.account) : undefined;
    },
    tokensOf: (account) =>
      db
        .prepare(
          `SELECT refresh AS token FROM grants WHERE account = ? AND refresh IS NOT NULL
           UNION ALL SELECT token FROM access_tokens JOIN grants ON id = grant_id WHERE account = ?`,
        )
        .all(account, account)
        .map(({ token }) => String(token)),
    access(accessToken) {
      const row = one(
        'SELECT account, scope FROM access_tokens JOIN grants ON id = grant_id WHERE token = ? AND expires > ?',
        accessToken,
        Date.now(),
      );
      return row ? { account: String(row.account), scope: String(row.scope) } : undefined;
    },
    revoke: (token) =>
      run(
        'DELETE FROM grants WHERE refresh = ? OR id IN (SELECT grant_id FROM access_tokens WHERE token = ?)',
        token,
        token,
      ) > 0,
    revokeAccount: (account) => void run('DELETE FROM grants WHERE account = ?', account),
    expireAccess: (account) =>
      void run(
        'UPDATE access_tokens SET expires = 0 WHERE grant_id IN (SELECT id FROM grants WHERE account = ?)',
        account,
      ),
    close: () => db.close(),
  };
}
