import { type Answer, type Exchange, type GoogleState, jsonAnswer } from '../exchange.ts';
import { OAuthError } from '../google-error.ts';
import { type AuthorizationRequest, consentPage } from './consent-page.ts';

const EXPIRED =
  '<!doctype html><title>Error 400</title><p>This page was already used or has expired. Go back to OmniRAG and connect again.</p>';
const DEFAULT_ACCOUNT = 'you@drive.example';

/** `GET /o/oauth2/v2/auth`, its form's target, `POST /token` and `POST /revoke`; undefined for other paths. */
export async function routeOAuth(state: GoogleState, exchange: Exchange): Promise<Answer | undefined> {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'GET /o/oauth2/v2/auth':
      return askConsent(state, exchange.query);
    case 'POST /o/oauth2/v2/auth/decision':
      return decide(state, new URLSearchParams(await exchange.readText()));
    case 'POST /token':
      return giveToken(state, new URLSearchParams(await exchange.readText()));
    case 'POST /revoke':
      return revoke(state, exchange.query.get('token') ?? new URLSearchParams(await exchange.readText()).get('token'));
    default:
      return undefined;
  }
}

function askConsent(state: GoogleState, query: URLSearchParams): Answer {
  const request = readRequest(query);
  const problem = whyRefused(state, request, query);
  if (problem)
    return page(400, `<!doctype html><title>Error 400</title><h1>Access blocked</h1><p>Error 400: ${problem}</p>`);
  return page(200, consentPage(request, query.get('login_hint') ?? DEFAULT_ACCOUNT, state.tickets.give()));
}

function decide(state: GoogleState, form: URLSearchParams): Answer {
  const request = readRequest(form);
  if (!isRegistered(state, request))
    return page(400, '<!doctype html><title>Error 400</title><p>Error 400: invalid_request</p>');
  if (!state.tickets.spend(form.get('ticket') ?? '')) return page(400, EXPIRED);
  const target = new URL(request.redirectUri);
  if (request.state !== undefined) target.searchParams.set('state', request.state);
  if (form.get('decision') === 'deny') {
    target.searchParams.set('error', 'access_denied');
    return { status: 302, headers: { location: target.href } };
  }
  const account = (form.get('account') ?? '').trim().toLowerCase() || DEFAULT_ACCOUNT;
  state.fillNew(account);
  const scope = form.getAll('scope').join(' ');
  const code = state.grants.consent({
    account,
    scope,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    offline: request.accessType === 'offline',
  });
  target.searchParams.set('code', code);
  target.searchParams.set('scope', scope);
  return { status: 302, headers: { location: target.href } };
}

function giveToken(state: GoogleState, form: URLSearchParams): Answer {
  const refreshToken = form.get('refresh_token') ?? '';
  const target = { operation: 'token', account: state.grants.accountOf(refreshToken), fileId: undefined };
  state.requests.note(target);
  if (form.get('client_id') !== state.client.id || form.get('client_secret') !== state.client.secret) {
    return jsonAnswer(401, new OAuthError('invalid_client', 'The OAuth client was not found.').body());
  }
  const fault = state.faults.take(target);
  if (fault && fault.kind !== 'slow')
    return jsonAnswer(503, { error: 'internal_failure', error_description: 'Backend Error' });
  try {
    if (form.get('grant_type') === 'refresh_token') return jsonAnswer(200, state.grants.refresh(refreshToken));
    const verifier = form.get('code_verifier') ?? undefined;
    return jsonAnswer(200, state.grants.exchangeCode(form.get('code') ?? '', form.get('redirect_uri') ?? '', verifier));
  } catch (error) {
    if (error instanceof OAuthError) return jsonAnswer(400, error.body());
    throw error;
  }
}

function revoke(state: GoogleState, token: string | null): Answer {
  state.requests.note({ operation: 'revoke', account: state.grants.accountOf(token ?? ''), fileId: undefined });
  if (token !== null && state.grants.revoke(token)) return jsonAnswer(200, {});
  return jsonAnswer(400, new OAuthError('invalid_token', 'Token expired or revoked').body());
}

function readRequest(values: URLSearchParams): AuthorizationRequest {
  return {
    clientId: values.get('client_id') ?? '',
    redirectUri: values.get('redirect_uri') ?? '',
    scope: values.get('scope') ?? '',
    state: values.get('state') || undefined,
    codeChallenge: values.get('code_challenge') || undefined,
    accessType: values.get('access_type') ?? 'online',
  };
}

function whyRefused(state: GoogleState, request: AuthorizationRequest, query: URLSearchParams): string | undefined {
  if (request.clientId !== state.client.id) return 'invalid_client';
  if (!isRegistered(state, request)) return 'redirect_uri_mismatch';
  if (query.get('response_type') !== 'code' || request.scope === '') return 'invalid_request';
  if (request.codeChallenge !== undefined && query.get('code_challenge_method') !== 'S256') return 'invalid_request';
  return undefined;
}

function isRegistered(state: GoogleState, request: AuthorizationRequest): boolean {
  return request.clientId === state.client.id && state.client.redirectUris.includes(request.redirectUri);
}

function page(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body };
}
