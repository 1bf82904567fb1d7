import { htmlToText } from '../html/html-to-text.ts';
import { readRtf } from '../rtf/read-rtf.ts';
import { isEncapsulated, rtfToHtml } from '../rtf/rtf-to-html.ts';
import { cleanText } from '../text/clean-text.ts';
import { bestText } from './alternatives.ts';
import { decodeMailText, decodeStrictly } from './charset.ts';
import { decompressRtf } from './compressed-rtf.ts';

/** The text of a message as Outlook keeps it: once, or several times. */
export interface OutlookBody {
  plain?: string | undefined;
  /** A page, or its bytes. */
  html?: string | Buffer | undefined;
  /** Of the page's bytes. */
  encoding?: string | undefined;
  compressedRtf?: Buffer | undefined;
}

/** @param warnings gets what could not be read */
export function outlookText(body: OutlookBody, warnings: string[]): string {
  const plain = cleanText(body.plain ?? '').trim();
  const page = pageText(body);
  if (page !== '') return bestText(plain, page);
  if (body.compressedRtf === undefined || body.compressedRtf.length === 0) return plain;
  try {
    return bestText(plain, rtfText(decompressRtf(body.compressedRtf).toString('latin1')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warnings.push(`The formatted text of the message could not be read: ${reason}`);
    return plain;
  }
}

function pageText({ html, encoding }: OutlookBody): string {
  if (html === undefined || html.length === 0) return '';
  return textOfPage(typeof html === 'string' ? html : decodePage(html, encoding));
}

function rtfText(source: string): string {
  const page = isEncapsulated(source) === 'html' ? rtfToHtml(source) : '';
  return page.trim() === '' ? readRtf(source).text : textOfPage(page);
}

/** @param declared what stands around it says of its encoding */
export function decodePage(bytes: Buffer, declared: string | undefined): string {
  const own = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString('latin1', 0, 64 * 1024))?.[1];
  // Of two that fit, what stands around the page counts.
  return (declared === undefined ? undefined : decodeStrictly(bytes, declared)) ?? decodeMailText(bytes, own);
}

export function textOfPage(html: string): string {
  return cleanText(htmlToText(cleanText(html))).trim();
}
