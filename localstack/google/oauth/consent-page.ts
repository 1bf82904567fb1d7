import { escapeHtml } from '#shared/text/escape-html.ts';

/** What an authorization request asks for, as it stands in the address. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string | undefined;
  codeChallenge: string | undefined;
  accessType: string;
}

/** One plain form, so that a script can press it as well as a person; every input names itself before its value. */
export function consentPage(request: AuthorizationRequest, account: string, ticket: string): string {
  const hidden = Object.entries({
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state ?? '',
    code_challenge: request.codeChallenge ?? '',
    access_type: request.accessType,
    ticket,
  }).map(([name, value]) => `<input name="${name}" value="${escapeHtml(value)}" type="hidden">`);
  const scopes = request.scope
    .split(' ')
    .map(
      (scope) =>
        `<label><input name="scope" value="${escapeHtml(scope)}" type="checkbox" checked> ${escapeHtml(scope)}</label>`,
    );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stand-in for Google: allow access?</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem; color: #202124; }
  form { border: 1px solid #dadce0; border-radius: 8px; padding: 1.5rem 2rem; display: grid; gap: 1rem; }
  input:not([type]) { width: 100%; font: inherit; padding: .5rem; box-sizing: border-box; }
  label { display: block; overflow-wrap: anywhere; }
  button { font: inherit; padding: .5rem 1.25rem; }
  .note { color: #5f6368; font-size: .875rem; }
</style></head>
<body>
<h1>OmniRAG wants to read your Drive</h1>
<form method="post" action="/o/oauth2/v2/auth/decision">
${hidden.join('\n')}
<label>Account <input name="account" value="${escapeHtml(account)}"></label>
<div>${scopes.join('\n')}</div>
<div><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></div>
</form>
<p class="note">This is not Google, but a stand-in that comes with OmniRAG. It has a small Drive of sample files.
You can enter any email address; each one has its own Drive.</p>
</body></html>
`;
}
