import { createHmac, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs any header and claims at all with HMAC, as a library that lets itself be told would take them. */
function forge(header: object, claims: object, secret: string, digest = 'sha256'): string {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
}

/**
 * Everything that is no access token although it looks like one, by name. All but the first few are signed with the true
 * secret: what is wrong with them is one thing alone.
 * @param good an access token of the system
 */
export function forgedTokens(good: string, secret: string, refreshToken: string): [string, string][] {
  const { header, payload } = jwt.decode(good, { complete: true }) ?? {};
  if (!header || typeof payload !== 'object') throw new Error('Expected an access token');
  const now = Math.floor(Date.now() / 1_000);
  const [head = '', body = '', signature = ''] = good.split('.');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const withHeader = (more: object): string => forge({ ...header, ...more }, payload, secret);
  const withClaims = (more: object): string => forge(header, { ...payload, ...more }, secret);
  const without = (claim: string): string => withClaims({ [claim]: undefined });
  return [
    ['nothing that is a token', 'a.b.c'],
    ['alg none without a signature', `${base64url({ ...header, alg: 'none' })}.${body}.`],
    ['alg none with the old signature', `${base64url({ ...header, alg: 'none' })}.${body}.${signature}`],
    ['alg nOnE', `${base64url({ ...header, alg: 'nOnE' })}.${body}.`],
    ['no signature', `${head}.${body}.`],
    ['another signature', `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
    ['other claims under the old signature', `${head}.${base64url({ ...payload, role: 'admin' })}.${signature}`],
    ['padding', `${good}=`],
    ['a fourth part', `${good}.${signature}`],
    ['another secret', forge(header, payload, 'x'.repeat(48))],
    ['an empty secret', forge(header, payload, '')],
    ['RS256', jwt.sign(payload, privateKey, { algorithm: 'RS256', keyid: header.kid ?? '' })],
    ['a public key as secret', forge(header, payload, publicPem)],
    ['RS256 in the header over our HMAC', withHeader({ alg: 'RS256' })],
    ['HS512', forge({ ...header, alg: 'HS512' }, payload, secret, 'sha512')],
    ['HS384', forge({ ...header, alg: 'HS384' }, payload, secret, 'sha384')],
    ['no kid', withHeader({ kid: undefined })],
    ['kid ../../x', withHeader({ kid: '../../x' })],
    ['kid /dev/null', withHeader({ kid: '/dev/null' })],
    ['kid __proto__', withHeader({ kid: '__proto__' })],
    ['kid as SQL', withHeader({ kid: "' or 1=1 --" })],
    ['a kid that is no text', withHeader({ kid: [header.kid] })],
    ['jku', withHeader({ jku: 'http://127.0.0.1:9/keys.json' })],
    ['x5u', withHeader({ x5u: 'http://127.0.0.1:9/cert.pem' })],
    ['jwk', withHeader({ jwk: publicKey.export({ format: 'jwk' }) })],
    ['crit', withHeader({ crit: ['exp'] })],
    ['another issuer', withClaims({ iss: 'someone' })],
    ['no issuer', without('iss')],
    ['another audience', withClaims({ aud: 'omnirag-stream' })],
    ['several audiences', withClaims({ aud: ['omnirag-api', 'other'] })],
    ['no audience', without('aud')],
    ['another kind', withClaims({ kind: 'refresh' })],
    ['no kind', without('kind')],
    ['a time that is over', withClaims({ exp: now - 1 })],
    ['no end', without('exp')],
    ['an end that is no number', withClaims({ exp: 'never' })],
    ['a time to come', withClaims({ nbf: now + 600 })],
    ['a subject that is no id', withClaims({ sub: 'admin' })],
    ['another person', withClaims({ sub: '00000000-0000-4000-8000-000000000000' })],
    ['another session', withClaims({ sid: '00000000-0000-4000-8000-000000000000' })],
    ['no session', without('sid')],
    ['a refresh token', refreshToken],
  ];
}
