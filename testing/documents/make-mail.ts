export interface MailPart {
  filename: string;
  contentType: string;
  data: Buffer | string;
}

/** Writes a mail with a text and attachments; the same bytes each time. */
export function makeEml(options: {
  subject: string;
  text?: string;
  html?: string;
  attachments?: readonly MailPart[];
}): Buffer {
  const { subject, text = '', html, attachments = [] } = options;
  const boundary = 'the-boundary';
  const body =
    html === undefined
      ? `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`
      : `Content-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`;
  const parts = attachments.map(
    ({ filename, contentType, data }) =>
      `Content-Type: ${contentType}; name="${filename}"\r\nContent-Disposition: attachment; filename="${filename}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(data).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  );
  return Buffer.from(
    'From: Ada Example <ada@example.org>\r\nTo: Bob <bob@example.org>, carol@example.org\r\n' +
      `Subject: ${subject}\r\nDate: Mon, 06 May 2024 09:30:00 +0200\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n` +
      [body, ...parts].map((part) => `--${boundary}\r\n${part}`).join('') +
      `--${boundary}--\r\n`,
  );
}
