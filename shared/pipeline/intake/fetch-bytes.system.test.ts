import { randomUUID } from 'node:crypto';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { FileRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { withLocalCopy } from './fetch-bytes.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** The body of an answer whose connection breaks before it is complete. */
async function brokenBody(): Promise<IncomingMessage> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('the beginning', () => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => new Promise((closed) => server.close(closed)));
  return new Promise((answered, failed) => {
    get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, answered).on('error', failed);
  });
}

async function failureOf(body: Readable): Promise<unknown> {
  const content = { read: async () => body };
  return withLocalCopy(content, { user_id: randomUUID() } as FileRow, async () => 'used').catch(
    (error: unknown) => error,
  );
}

describe('a copy of stored bytes', () => {
  it('that breaks off on the way is an outage, not the fault of the file', async () => {
    const error = await failureOf(await brokenBody());
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });

  it.each([new AppError('INTEGRITY_ERROR'), Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })])(
    'that fails otherwise keeps its error: $code',
    async (error) => {
      async function* failing() {
        yield Buffer.from('the beginning');
        throw error;
      }
      expect(await failureOf(Readable.from(failing()))).toBe(error);
    },
  );
});
