import { createGoogleDrive } from '#shared/adapters/google/google-drive.ts';
import { createSmtpMailer } from '#shared/adapters/smtp/smtp-mailer.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import type { Mailer } from '#shared/ports/mailer.ts';
import type { Config } from '#shared/runtime/config.ts';
import type { Builders } from './built-at-first-read.ts';

/** What others run. */
export interface Services {
  /** Undefined where no Google client is set up. */
  readonly drive: DriveProvider | undefined;
  /** Undefined where no outgoing mail is set up. */
  readonly mailer: Mailer | undefined;
}

export const SERVICES: Builders<Services, { config: Config }> = {
  drive({ config }) {
    const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret } = config;
    if (!clientId || !clientSecret) return undefined;
    return createGoogleDrive({
      clientId,
      clientSecret,
      redirectUri: new URL('/drive/callback', config.PUBLIC_URL).href,
      scope: config.GOOGLE_SCOPE,
      apiRoot: config.GOOGLE_API_ROOT,
    });
  },
  mailer({ config: { SMTP_URL: url, MAIL_FROM: from } }) {
    return url && from ? createSmtpMailer({ url, from }) : undefined;
  },
};
