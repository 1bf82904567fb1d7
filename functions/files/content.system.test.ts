import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

async function stored(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<{ person: Person; id: string }> {
  const person = await newPerson();
  const file = await uploadBytes(person, name, bytes);
  await untilSettled(person, file.id);
  return { person, id: file.id };
}

async function download(person: Person, id: string, headers: Record<string, string> = {}): Promise<Response> {
  const redirect = await person.fetch(`/files/${id}/content`);
  expect(redirect.status).toBe(307);
  return fetch(redirect.headers.get('location') ?? '', { headers });
}

describe('downloading', () => {
  // The upload limit of a single PUT is 8 MiB; what follows the end of a PDF is ignored by readers.
  const bytes = new Uint8Array(Buffer.concat([makePdf({ pages: 1 }), randomBytes(7 * 1024 ** 2)]));

  it('gives the bytes back, whole, with a name that browsers take', async () => {
    const { person, id } = await stored(bytes, 'Grüße „2026“.pdf');
    const response = await download(person, id);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength));
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''Gr%C3%BC%C3%9Fe/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const hash = createHash('sha256').update(new Uint8Array(await response.arrayBuffer()));
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('serves a range as RFC 9110 says', async () => {
    const { person, id } = await stored(bytes, 'range.pdf');
    const size = bytes.byteLength;
    const cases: [string, number, number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=1000000-1000099', 1_000_000, 1_000_100],
      [`bytes=${size - 5}-`, size - 5, size],
      ['bytes=-7', size - 7, size],
      [`bytes=10-${size + 100}`, 10, size],
    ];
    for (const [range, start, end] of cases) {
      const response = await download(person, id, { range });
      expect([range, response.status]).toEqual([range, 206]);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
    }
    for (const range of [`bytes=${size}-`, 'bytes=-0']) {
      const outside = await download(person, id, { range });
      expect([outside.status, ((await outside.json()) as Problem).code]).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
      expect(outside.headers.get('content-range')).toBe(`bytes */${size}`);
    }
    const several = await download(person, id, { range: 'bytes=0-1,5-6' });
    expect(several.status).toBe(200);
    await several.body?.cancel();
  });

  it('serves all of a file that is shorter than the suffix asked for', async () => {
    const { person, id } = await stored(new TextEncoder().encode('0123456789'), 'ten.txt');
    for (const range of ['bytes=-10', 'bytes=-500', `bytes=-${'9'.repeat(400)}`]) {
      const response = await download(person, id, { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 0-9/10']);
      expect(await response.text()).toBe('0123456789');
    }
  });

  it('continues a download of the same bytes alone', async () => {
    const { person, id } = await stored(new TextEncoder().encode('0123456789'), 'ten.txt');
    const etag = (await download(person, id)).headers.get('etag') ?? '';
    const part = await download(person, id, { range: 'bytes=4-', 'if-range': etag });
    expect([part.status, await part.text()]).toEqual([206, '456789']);
    for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      const whole = await download(person, id, { range: 'bytes=4-', 'if-range': other });
      expect([whole.status, await whole.text()]).toEqual([200, '0123456789']);
    }
    // Nothing is left to refuse once the range is not looked at.
    expect((await download(person, id, { range: 'bytes=99-', 'if-range': '"other"' })).status).toBe(200);
  });

  it('needs the token of the address', async () => {
    const { person, id } = await stored(new TextEncoder().encode(`Secret ${randomUUID()}`), 'secret.txt');
    const redirect = await person.fetch(`/files/${id}/content`);
    const address = new URL(redirect.headers.get('location') ?? '');
    address.searchParams.set('token', `${address.searchParams.get('token')}x`);
    const refused = await fetch(address);
    expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([401, 'INVALID_TOKEN']);
    address.searchParams.delete('token');
    expect((await fetch(address)).status).toBe(401);
  });

  it('answers the address as JSON to whoever asks for that', async () => {
    const { person, id } = await stored(new TextEncoder().encode('hello'), 'hello.txt');
    const response = await person.fetch(`/files/${id}/content`, { headers: { accept: 'application/json' } });
    const { url } = (await response.json()) as { url: string };
    expect(await (await fetch(url)).text()).toBe('hello');
  });
});

describe('the text of a file', () => {
  it('comes page by page', async () => {
    const { person, id } = await stored(new Uint8Array(makePdf({ pages: 3 })), 'three.pdf');
    type Text = { pages: { number: number; text: string; location: object }[]; nextCursor: string | null };
    const all = await person.request<Text>('GET', `/files/${id}/text`);
    expect(all.pages.map((page) => page.number)).toEqual([1, 2, 3]);
    expect(all.nextCursor).toBeNull();
    const second = await person.request<Text>('GET', `/files/${id}/text?page=2`);
    expect(second.pages).toHaveLength(1);
    expect(second.pages[0]).toMatchObject({ number: 2, location: { page: 2 } });
    expect(second.pages[0]?.text).toContain('marker2x');
    expect((await person.fetch(`/files/${id}/text?page=9`)).status).toBe(404);
    expect((await person.fetch(`/files/${id}/text?cursor=nonsense`)).status).toBe(400);
  });
});
