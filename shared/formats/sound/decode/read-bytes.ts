import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** Up to `length` bytes from `position` on; fewer at the end of the file. */
export async function readBytes(path: string, position: number, length: number): Promise<Buffer> {
  await using handle = await open(path, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The bytes of a file in order, `chunkBytes` at a time. */
export async function* readChunks(path: string, chunkBytes: number, start = 0): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, start })) yield chunk as Buffer;
}

/** Where the sound of an MP3 or FLAC file begins: after the ID3v2 tags, which may hold a picture of megabytes. */
export async function afterId3(path: string): Promise<number> {
  let position = 0;
  for (;;) {
    const head = await readBytes(path, position, 10);
    if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return position;
    const [a = 0, b = 0, c = 0, d = 0] = head.subarray(6, 10);
    const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
    position += 10 + (((a & 127) << 21) | ((b & 127) << 14) | ((c & 127) << 7) | (d & 127)) + footer;
  }
}
