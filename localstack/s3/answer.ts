import type { Readable } from 'node:stream';
import { AwsError } from '#localstack/aws/aws-error.ts';

export interface S3Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Readable;
}

export type XmlNode = string | number | boolean | XmlNode[] | { [name: string]: XmlNode | undefined };

/** An XML answer; a list becomes one element an item, all of the name it stands under. */
export function xmlAnswer(status: number, name: string, content: XmlNode): S3Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`,
  };
}

function element(name: string, content: XmlNode, attributes = ''): string {
  if (Array.isArray(content)) return content.map((item) => element(name, item)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => (value === undefined ? '' : element(child, value)))
          .join('')
      : escapeXml(String(content));
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** Characters that XML cannot hold at all become U+FFFD; clients that want them ask for `encoding-type=url`. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replace(/[<>'\r]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });
}

/** The text of each element of this name, in the flat XML that S3 clients send. */
export function xmlTexts(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g');
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? '');
}

export function errorAnswer(error: AwsError, resource: string, requestId: string): S3Answer {
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      element('Error', { Code: error.code, Message: error.message, Resource: resource, RequestId: requestId }),
  };
}

export function noSuchKey(): AwsError {
  return new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
}

export function noSuchUpload(): AwsError {
  return new AwsError(404, 'NoSuchUpload', 'The upload does not exist; it may have been completed or aborted.');
}

export function preconditionFailed(): AwsError {
  return new AwsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}
