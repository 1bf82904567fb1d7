/** Sends mail to people. */
export interface Mailer {
  /** Resolves when the mail server took the mail; what becomes of it then is not told. Rejects when it did not. */
  send(mail: Mail): Promise<void>;
}

export interface Mail {
  /** An address, alone. */
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
  /** The same for the same mail however often it is sent, so that a mailbox can tell. */
  id: string;
}
