import { closeEmpty } from '../html/close-empty.ts';
import { htmlToText } from '../html/html-to-text.ts';
import { cleanText } from '../text/clean-text.ts';
import { decodeText } from '../text/decode-text.ts';
import { unsafeXml } from '../xml/doctype.ts';

/** Chapters often name XHTML's own document type, which is harmless; one that declares things of its own is not. */
const DECLARATIONS = /<!\s*(?:ENTITY|ELEMENT|ATTLIST|NOTATION)|<!\s*DOCTYPE[^>]*\[/i;

/**
 * A chapter as text with Markdown headings; it is read as a web page is, so nothing in it is expanded or fetched.
 * @throws AppError XML_UNSAFE
 */
export async function readChapter(part: string, bytes: Buffer): Promise<string> {
  const declared = /^[^>]{0,200}encoding\s*=\s*["']([\w-]+)/.exec(bytes.toString('latin1', 0, 300))?.[1];
  const source = cleanText(decodeText(bytes, declared));
  if (DECLARATIONS.test(source)) throw unsafeXml(part);
  const text = htmlToText(closeEmpty(source));
  if (/^#{1,6} /m.test(text)) return text;
  const title = /<title[^>]{0,200}>([^<]{1,300})<\/title/i.exec(source)?.[1]?.replace(/\s+/g, ' ').trim();
  return title && text !== '' ? `# ${htmlToText(`<p>${title}</p>`)}\n\n${text}` : text;
}
