import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import { eml } from '../eml.ts';

const LIMITS = { files: 100, bytes: 1e9, fileBytes: 1e9, levels: 3 };

/** Lines of a mail; bytes as Latin-1 letters. */
export function mail(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
export function bytesOf(text: string, encoding = 'utf8'): string {
  return iconv.encode(text, encoding).toString('latin1');
}
/** Parts, each with its own headers. */
export function multipart(kind: string, ...parts: string[]): string {
  return [
    `Content-Type: multipart/${kind}; boundary="b-${kind}"`,
    '',
    ...parts.flatMap((part) => [`--b-${kind}`, part]),
    `--b-${kind}--`,
    '',
  ].join('\r\n');
}
export const plain = (text: string) => `Content-Type: text/plain; charset=utf-8\r\n\r\n${bytesOf(text)}`;
export const page = (html: string) => `Content-Type: text/html; charset=utf-8\r\n\r\n${bytesOf(html)}`;

export async function textOf(bytes: Buffer): Promise<string> {
  return (await readBytes(eml, bytes)).pages.map(({ text }) => text).join('');
}

export async function attachmentsOf(bytes: Buffer): Promise<{ path: string; bytes: Buffer }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-mail-'));
  try {
    await writeFile(join(folder, 'mail'), bytes);
    const document = await eml.open(join(folder, 'mail'), NO_TOOLS);
    const children = (await document.children?.({ ...LIMITS, folder })) ?? [];
    return await Promise.all(
      children.map(async ({ path, write }, index) => {
        await write(join(folder, `${index}`));
        return { path, bytes: await readFile(join(folder, `${index}`)) };
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
