import { createTransport } from 'nodemailer';
import type { Mailer } from '#shared/ports/mailer.ts';

/** A function waits for it. */
const TIMEOUT_MS = 10_000;

/** @param options.url `smtp://` (STARTTLS where the server offers it) or `smtps://`, with name and password where it asks */
export function createSmtpMailer(options: { url: string; from: string }): Mailer {
  const transport = createTransport(
    {
      url: options.url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // A mail is text that we wrote: nothing in it is a file of ours or an address to be read.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: options.from },
  );
  return {
    async send({ to, subject, text, id }) {
      await transport.sendMail({
        // As an object it is taken as it is; as a string a comma in it would make it two.
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${id}@omnirag>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}
