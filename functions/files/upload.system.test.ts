import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { Problem } from '#shared/api/problem.ts';
import type { UploadView } from '#shared/api/uploads.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, postForm, until, untilSettled, uploadBytes } from '#testing/person.ts';

const { env } = inject('system');

const pdf = (pages: number): Uint8Array<ArrayBuffer> => new Uint8Array(makePdf({ pages }));

/** A text that nobody uploaded before. */
const freshText = (): string => `A note about ${randomUUID()}, kept for later.\n`;

async function announce(
  person: Person,
  body: object,
): Promise<{ status: number; body: Problem & { file: FileView; upload: UploadView } }> {
  const response = await person.fetch('/files', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, body: (await response.json()) as Problem & { file: FileView; upload: UploadView } };
}

function dropClient(): S3Client {
  return new S3Client({
    region: env.AWS_REGION ?? 'us-east-1',
    endpoint: env.S3_PUBLIC_ENDPOINT ?? '',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' },
  });
}

async function drop(key: string, body: string | Uint8Array): Promise<void> {
  await dropClient().send(new PutObjectCommand({ Bucket: env.S3_INCOMING_BUCKET ?? '', Key: key, Body: body }));
}

describe('an upload by presigned PUT', () => {
  it('becomes READY, with pages, chunks and progress', async () => {
    const person = await newPerson();
    const bytes = pdf(10);
    const announced = await uploadBytes(person, 'handbook.pdf', bytes, { contentType: 'application/pdf' });
    expect(announced).toMatchObject({ status: 'UPLOADING', filename: 'handbook.pdf', source: 'api' });
    const file = await untilSettled(person, announced.id);
    expect(file).toMatchObject({
      status: 'READY',
      error: null,
      size: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      contentType: 'application/pdf',
      progress: { pages: 10, pagesDone: 10 },
    });
    expect(file.progress.chunks).toBeGreaterThanOrEqual(10);
    expect(file.progress.chunksSynced).toBe(file.progress.chunks);
  });

  it('is refused by the bucket when it is longer than announced or of another type', async () => {
    const person = await newPerson();
    const { upload } = (await announce(person, { filename: 'a.txt', size: 4, contentType: 'text/plain' })).body;
    if (!('url' in upload)) throw new Error('Expected a single PUT');
    const put = (body: string, headers: Record<string, string>) =>
      fetch(upload.url, { method: 'PUT', body, headers }).then((response) => response.status);
    expect(await put('longer', upload.headers)).toBe(403);
    expect(await put('abcd', { 'content-type': 'text/html' })).toBe(403);
    expect(await put('abcd', upload.headers)).toBe(200);
  });

  it('answers the file that is there when the same bytes are announced by their hash', async () => {
    const person = await newPerson();
    const text = freshText();
    const sha256 = createHash('sha256').update(text).digest('hex');
    const first = await uploadBytes(person, 'one.txt', text);
    await untilSettled(person, first.id);
    const second = await announce(person, { filename: 'two.txt', size: text.length, sha256 });
    expect([second.status, second.body.file.id]).toEqual([200, first.id]);
  });

  it('honours an Idempotency-Key', async () => {
    const person = await newPerson();
    const send = (body: object) =>
      person.fetch('/files', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
      });
    const first = (await (await send({ filename: 'a.txt', size: 4 })).json()) as { file: FileView };
    const again = (await (await send({ filename: 'a.txt', size: 4 })).json()) as { file: FileView };
    expect(again.file.id).toBe(first.file.id);
    const other = await send({ filename: 'b.txt', size: 5 });
    expect([other.status, ((await other.json()) as Problem).code]).toEqual([409, 'IDEMPOTENCY_MISMATCH']);
  });
});

describe('an upload in parts', () => {
  it('goes up above 8 MiB and is complete when the parts are joined', async () => {
    const person = await newPerson();
    // A PDF reader ignores what stands after the end of the document.
    const bytes = new Uint8Array(Buffer.concat([pdf(2), randomBytes(9 * 1024 ** 2)]));
    const { body } = await announce(person, { filename: 'large.pdf', size: bytes.byteLength });
    const { upload, file } = body;
    if ('url' in upload) throw new Error('Expected parts');
    expect(upload.parts).toHaveLength(2);
    const parts = await Promise.all(
      upload.parts.map(async ({ number, url }) => {
        const start = (number - 1) * upload.partSize;
        const response = await fetch(url, { method: 'PUT', body: bytes.subarray(start, start + upload.partSize) });
        expect(response.status).toBe(200);
        return { number, etag: response.headers.get('etag') ?? '' };
      }),
    );
    await person.request('POST', `/files/${file.id}/complete`, { parts });
    const settled = await untilSettled(person, file.id);
    expect(settled).toMatchObject({ status: 'READY', progress: { pages: 2 } });
    // Completing again changes nothing.
    await person.request('POST', `/files/${file.id}/complete`, { parts });
  });

  it('says which field is wrong when a part does not match', async () => {
    const person = await newPerson();
    const { file } = (await announce(person, { filename: 'large.pdf', size: 9 * 1024 ** 2 })).body;
    const response = await person.fetch(`/files/${file.id}/complete`, {
      method: 'POST',
      body: JSON.stringify({ parts: [{ number: 1, etag: '"0123456789abcdef0123456789abcdef"' }] }),
      headers: { 'content-type': 'application/json' },
    });
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.code, problem.errors?.[0]?.field]).toEqual([400, 'VALIDATION_ERROR', 'parts']);
  });
});

describe('a form', () => {
  it('takes a small file whole', async () => {
    const person = await newPerson();
    const response = await postForm(person, 'note.md', `# Title\n\n${freshText()}`);
    const { file } = (await response.json()) as { file: FileView };
    expect(response.status).toBe(202);
    expect((await untilSettled(person, file.id)).status).toBe('READY');
  });

  it.each([
    ['nothing', 'empty.txt', '', 400, 'EMPTY_FILE'],
    [
      'program bytes named .pdf',
      'run.pdf',
      `MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0${'\0'.repeat(100)}`,
      415,
      'TYPE_MISMATCH',
    ],
    ['a type that is not read', 'run.exe', 'MZ', 415, 'UNSUPPORTED_TYPE'],
    ['a name that shows nothing', '\u202e.\u200b', 'text', 400, 'INVALID_FILENAME'],
    ['more than 4 MiB', 'big.txt', 'x'.repeat(4 * 1024 ** 2 + 1), 413, 'FILE_TOO_LARGE'],
  ])('with %s is answered at once', async (_, name, content, status, code) => {
    const person = await newPerson();
    const response = await postForm(person, name, new Uint8Array(Buffer.from(content, 'latin1')));
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code]);
    const healthy = await postForm(person, 'healthy.txt', freshText());
    const { file } = (await healthy.json()) as { file: FileView };
    expect((await untilSettled(person, file.id)).status).toBe('READY');
  });

  it('without a file names the field', async () => {
    const person = await newPerson();
    const form = new FormData();
    form.append('other', 'x');
    const response = await person.fetch('/files', { method: 'POST', body: form });
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.errors?.[0]?.field]).toEqual([400, 'file']);
  });
});

describe('a bucket drop', () => {
  it("becomes the person's file, and new bytes under the same key its next generation", async () => {
    const person = await newPerson();
    const key = `drop/${person.id}/folder/plan é+1.md`;
    await drop(key, `# Plan\n\n${freshText()}`);
    const list = () => person.request<{ items: FileView[] }>('GET', '/files?source=bucket');
    const first = await until('the dropped file', 30_000, async () => {
      const [file] = (await list()).items;
      return file?.status === 'READY' ? file : undefined;
    });
    expect(first).toMatchObject({ filename: 'plan é+1.md', source: 'bucket', generation: 1 });
    await drop(key, `# Plan\n\n${freshText()}`);
    const second = await until('the second generation', 30_000, async () => {
      const file = await person.file(first.id);
      return file.generation === 2 && file.status === 'READY' ? file : undefined;
    });
    expect(second.id).toBe(first.id);
    expect((await list()).items).toHaveLength(1);
  });

  it('for nobody is left alone, and others go on', async () => {
    const person = await newPerson();
    await drop(`drop/${randomUUID()}/lost.txt`, freshText());
    await drop('somewhere/else.txt', freshText());
    const file = await uploadBytes(person, 'mine.txt', freshText());
    expect((await untilSettled(person, file.id)).status).toBe('READY');
  });
});

describe('bad bytes', () => {
  const exe = new Uint8Array(Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(400)]));

  it.each([
    ['empty', 'empty.txt', new Uint8Array(0), 'EMPTY_FILE'],
    ['a program named .pdf', 'run.pdf', exe, 'TYPE_MISMATCH'],
    ['a cut PDF', 'cut.pdf', pdf(3).slice(0, 300), 'DAMAGED_FILE'],
    ['garbage named .docx', 'garbage.docx', new Uint8Array(randomBytes(2_000)), 'DAMAGED_FILE'],
  ])('%s end FAILED with a code and a sentence, and a healthy file follows', async (_, name, bytes, code) => {
    const person = await newPerson();
    const [bad, healthy] = await Promise.all([
      uploadBytes(person, name, bytes),
      uploadBytes(person, 'healthy.txt', freshText()),
    ]);
    const failed = await untilSettled(person, bad.id);
    expect([failed.status, failed.error?.code]).toEqual(['FAILED', code]);
    expect(failed.error?.message).toMatch(/^[A-Z].{10,}[.)]$/s);
    expect((await untilSettled(person, healthy.id)).status).toBe('READY');
  });

  it('other bytes than declared end FAILED', async () => {
    const person = await newPerson();
    const file = await uploadBytes(person, 'a.txt', freshText(), { sha256: '0'.repeat(64) });
    expect((await untilSettled(person, file.id)).error?.code).toBe('CHECKSUM_MISMATCH');
  });

  it('fewer bytes than declared end FAILED', async () => {
    const person = await newPerson();
    const { file } = (await announce(person, { filename: 'a.txt', size: 10 })).body;
    // Whoever holds the bucket's own key can put other bytes than the presigned address allows.
    await drop(`uploads/${file.id}`, 'short');
    expect((await untilSettled(person, file.id)).error?.code).toBe('SIZE_MISMATCH');
  });

  it('a declared size over the limit is refused at once', async () => {
    const person = await newPerson();
    const { status, body } = await announce(person, { filename: 'a.txt', size: 10 ** 13 });
    expect([status, body.code]).toEqual([413, 'FILE_TOO_LARGE']);
  });

  it('white space alone and text with NUL and lone surrogates are READY', async () => {
    const person = await newPerson();
    const blank = await uploadBytes(person, 'blank.txt', ' \n\t \n');
    const odd = await uploadBytes(
      person,
      'odd.txt',
      new Uint8Array(Buffer.from('Zinnober\0 und \xed\xa0\x80 Rest', 'latin1')),
    );
    expect(await untilSettled(person, blank.id)).toMatchObject({ status: 'READY', progress: { chunks: 0 } });
    expect((await untilSettled(person, odd.id)).status).toBe('READY');
    const { pages } = await person.request<{ pages: { text: string }[] }>('GET', `/files/${odd.id}/text`);
    expect(pages[0]?.text).toContain('Zinnober');
    expect(pages[0]?.text).not.toMatch(/[\0\ud800-\udfff]/);
  });
});

describe('names', () => {
  it.each([
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\Users\\x\\letter.txt', 'letter.txt'],
    ['a\r\nSet-Cookie: x\0.txt', 'aSet-Cookie: x.txt'],
    ['\u202etxt.exe\u202c.txt', 'txt.exe.txt'],
  ])('%j is stored as %j', async (given, stored) => {
    const person = await newPerson();
    const { status, body } = await announce(person, { filename: given, size: 3 });
    expect([status, body.file.filename]).toEqual([201, stored]);
  });

  it('of 300 characters are cut and keep their extension', async () => {
    const person = await newPerson();
    const { body } = await announce(person, { filename: `${'n'.repeat(300)}.pdf`, size: 3 });
    expect(body.file.filename).toMatch(/^n{251}\.pdf$/);
  });

  it.each(['..', '.', '\0', '///'])('%j is refused', async (given) => {
    const person = await newPerson();
    const { status, body } = await announce(person, { filename: given, size: 3 });
    expect([status, body.code]).toEqual([400, 'INVALID_FILENAME']);
  });
});

describe('the same bytes twice', () => {
  it('by one person: the later is a duplicate that follows the first, out of lists; by another: a file of their own', async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    const text = freshText();
    const first = await uploadBytes(one, 'first.txt', text);
    await untilSettled(one, first.id);
    const later = await uploadBytes(one, 'later.txt', text);
    const duplicate = await until('the duplicate to be known', 30_000, async () => {
      const file = await one.file(later.id);
      return file.duplicateOf ? file : undefined;
    });
    expect(duplicate).toMatchObject({ duplicateOf: first.id, status: 'READY', filename: 'later.txt' });
    const { items } = await one.request<{ items: FileView[] }>('GET', '/files');
    expect(items.map((file) => file.id)).toEqual([first.id]);

    const foreign = await uploadBytes(other, 'mine.txt', text);
    expect(await untilSettled(other, foreign.id)).not.toHaveProperty('duplicateOf');

    // When the original goes, the duplicate takes its place.
    expect((await one.fetch(`/files/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    const heir = await until('the duplicate to stand alone', 30_000, async () => {
      const file = await one.file(later.id);
      return file.status === 'READY' && !file.duplicateOf ? file : undefined;
    });
    expect(heir.progress.chunks).toBe(1);
    const { results } = await one.search({ query: text });
    expect(results.map((result) => result.fileId)).toEqual([later.id]);
  });
});

describe("another person's file", () => {
  it('cannot be seen, read, completed, reprocessed, searched or deleted', async () => {
    const [owner, stranger] = [await newPerson(), await newPerson()];
    const text = freshText();
    const file = await uploadBytes(owner, 'private.txt', text);
    await untilSettled(owner, file.id);
    const requests: [string, string, string?][] = [
      ['GET', `/files/${file.id}`],
      ['GET', `/files/${file.id}/content`],
      ['GET', `/files/${file.id}/text`],
      ['POST', `/files/${file.id}/complete`, JSON.stringify({ parts: [{ number: 1, etag: 'x' }] })],
      ['POST', `/files/${file.id}/reprocess`],
      ['DELETE', `/files/${file.id}`],
    ];
    const ids = [file.id, randomUUID(), 'not-an-id'];
    for (const [method, path, body] of requests) {
      const answers = await Promise.all(
        ids.map(async (id) => {
          const response = await stranger.fetch(path.replace(file.id, id), {
            method,
            ...(body ? { body, headers: { 'content-type': 'application/json' } } : {}),
          });
          const problem = (await response.json()) as Problem;
          return { ...problem, requestId: '' };
        }),
      );
      expect(answers[0]).toMatchObject({ status: 404, code: 'NOT_FOUND' });
      // A foreign id, an unknown one and one that is no id: the same answer.
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
    expect((await stranger.search({ query: text })).results).toEqual([]);
    expect((await stranger.search({ query: text, filters: { fileIds: [file.id] } })).results).toEqual([]);
    expect((await owner.search({ query: text })).results[0]?.fileId).toBe(file.id);
  });
});
