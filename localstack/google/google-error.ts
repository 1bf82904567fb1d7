/** An error as Google's APIs tell it: `{error: {code, message, errors: [{domain, reason, message}]}}`. */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  body(): object {
    const { status: code, reason, message } = this;
    return { error: { code, message, errors: [{ domain: 'global', reason, message }] } };
  }
}

/** An error of the token and revoke endpoints, as OAuth 2.0 (RFC 6749, 5.2) tells it. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }

  body(): object {
    return { error: this.code, error_description: this.message };
  }
}
