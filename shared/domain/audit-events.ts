/** What the log of acts knows. */
export const AUDIT_ACTIONS = [
  'account.registered',
  'account.created',
  'account.disabled',
  'account.enabled',
  'account.erased',
  'account.exported',
  'login.succeeded',
  'login.failed',
  'login.throttled',
  'registration.refused',
  'session.ended',
  'session.token_reused',
  'password.changed',
  'password.refused',
  'email.changed',
  'role.changed',
  'file.deleted',
  'file.downloaded',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Little facts of an act: never a secret, a name of a file or anything a person wrote. */
export type AuditDetails = Readonly<Record<string, string | number | boolean>>;

/** Where a request came from. */
export interface RequestOrigin {
  /** The address of the client that reached us. */
  address: string;
  requestId: string;
}

/** And the program that made it, where it said what it is. */
export interface ClientOrigin extends RequestOrigin {
  agent?: string | undefined;
}
