import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { newPerson, until, untilSettled, uploadBytes } from '#testing/person.ts';

describe('reprocessing', () => {
  it('makes a new generation while the old one stays searchable', async () => {
    const person = await newPerson();
    const word = `zephyr${randomUUID().slice(0, 8)}`;
    const { id } = await uploadBytes(person, 'notes.txt', `The ${word} blows from the west.`);
    await untilSettled(person, id);
    const response = await person.fetch(`/files/${id}/reprocess`, { method: 'POST' });
    expect(response.status).toBe(202);
    const found = await person.search({ query: word });
    expect(found.results.map((result) => result.fileId)).toEqual([id]);
    const file = await untilSettled(person, id);
    expect(file).toMatchObject({ status: 'READY', generation: 2, progress: { chunks: 1, chunksSynced: 1 } });
    expect((await person.search({ query: word })).results).toHaveLength(1);
  });

  it('is a conflict before any bytes are there', async () => {
    const person = await newPerson();
    const { file } = await person.request<{ file: FileView }>('POST', '/files', { filename: 'a.txt', size: 3 });
    expect((await person.fetch(`/files/${file.id}/reprocess`, { method: 'POST' })).status).toBe(409);
  });
});

describe('new bytes under the same external id', () => {
  it('replace the text that is found, and the id stays', async () => {
    const person = await newPerson();
    const externalId = 'folder/plan.txt';
    const [before, after] = [`old${randomUUID().slice(0, 8)}`, `new${randomUUID().slice(0, 8)}`];
    const first = await uploadBytes(person, 'plan.txt', `The ${before} plan.`, { externalId });
    await untilSettled(person, first.id);
    const second = await uploadBytes(person, 'plan.txt', `The ${after} plan.`, { externalId });
    expect(second.id).toBe(first.id);
    await until('the new generation', 30_000, async () => {
      const file = await person.file(first.id);
      return file.status === 'READY' && file.generation === 2 ? file : undefined;
    });
    const texts = (await person.search({ query: `${before} ${after}` })).results.map((result) => result.text);
    expect(texts).toEqual([`The ${after} plan.`]);
  });

  it('that are the bytes there are change nothing', async () => {
    const person = await newPerson();
    const text = `Unchanged ${randomUUID()}`;
    const first = await uploadBytes(person, 'same.txt', text, { externalId: 'same' });
    await untilSettled(person, first.id);
    await uploadBytes(person, 'same.txt', text, { externalId: 'same' });
    const file = await untilSettled(person, first.id);
    expect(file).toMatchObject({ status: 'READY', generation: 1 });
  });
});

describe('an upload that replaces another', () => {
  type Announced = { file: FileView; upload: { url: string; headers: Record<string, string> } };
  const put = async ({ upload }: Announced, body: string) =>
    expect((await fetch(upload.url, { method: 'PUT', body, headers: upload.headers })).status).toBe(200);

  it('is not answered by late bytes of the one before', async () => {
    const person = await newPerson();
    const announce = () =>
      person.request<Announced>('POST', '/files', { filename: 'v.txt', size: 12, externalId: 'v.txt' });
    const first = await announce();
    const second = await announce();
    expect(second.file.id).toBe(first.file.id);
    await put(first, 'early bytes.');
    await put(second, 'later bytes.');
    expect(await untilSettled(person, first.file.id)).toMatchObject({ status: 'READY' });
    const { pages } = await person.request<{ pages: { text: string }[] }>('GET', `/files/${first.file.id}/text`);
    expect(pages[0]?.text).toContain('later bytes.');
  });

  it('holds off reprocessing, and the file stays searchable', async () => {
    const person = await newPerson();
    const word = `basalt${randomUUID().slice(0, 8)}`;
    const { id } = await uploadBytes(person, 'rock.txt', `A column of ${word}.`, { externalId: 'rock' });
    await untilSettled(person, id);
    await person.request('POST', '/files', { filename: 'rock.txt', size: 5, externalId: 'rock' });
    expect((await person.fetch(`/files/${id}/reprocess`, { method: 'POST' })).status).toBe(409);
    expect((await person.search({ query: word })).results).toHaveLength(1);
  });

  it('goes up under its own name even when its bytes are known, and its old text is gone', async () => {
    const person = await newPerson();
    const [old, other] = [`old ${randomUUID()}`, `other ${randomUUID()}`];
    const moved = await uploadBytes(person, 'x.txt', old, { externalId: 'x' });
    const original = await uploadBytes(person, 'y.txt', other);
    await Promise.all([moved, original].map(({ id }) => untilSettled(person, id)));
    const sha256 = createHash('sha256').update(other).digest('hex');
    await uploadBytes(person, 'x.txt', other, { externalId: 'x', sha256 });
    await until('x to be a duplicate of y', 30_000, async () => {
      const file = await person.file(moved.id);
      return file.duplicateOf === original.id ? true : undefined;
    });
    const { results } = await person.search({ query: `${old} ${other}`, mode: 'keyword' });
    expect(results.map((result) => result.fileId)).toEqual([original.id]);
  });

  it('is opened by a new Idempotency-Key', async () => {
    const person = await newPerson();
    const send = async (key: string, size: number) => {
      const response = await person.fetch('/files', {
        method: 'POST',
        body: JSON.stringify({ filename: 'k.txt', size, externalId: 'k' }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      });
      return { status: response.status, body: (await response.json()) as Announced };
    };
    const first = await send('one', 4);
    await put(first.body, 'abcd');
    await untilSettled(person, first.body.file.id);
    expect(await send('one', 4)).toMatchObject({ status: 200 });
    const second = await send('two', 5);
    expect([second.status, second.body.file.id]).toEqual([201, first.body.file.id]);
  });
});

describe('deleting', () => {
  it('takes the file out of lists and search at once', async () => {
    const person = await newPerson();
    const word = `quartz${randomUUID().slice(0, 8)}`;
    const { id } = await uploadBytes(person, 'stone.txt', `A piece of ${word}.`);
    await untilSettled(person, id);
    expect((await person.search({ query: word })).results).toHaveLength(1);
    expect((await person.fetch(`/files/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await person.search({ query: word })).results).toEqual([]);
    expect((await person.fetch(`/files/${id}`)).status).toBe(404);
    expect((await person.fetch(`/files/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await person.request<{ items: FileView[] }>('GET', '/files')).items).toEqual([]);
  });
});

describe('listing', () => {
  it('pages through all files, newest first, and filters', async () => {
    const person = await newPerson();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift((await uploadBytes(person, `list-${n}.${n % 2 ? 'md' : 'txt'}`, `Number ${n} ${randomUUID()}`)).id);
    }
    await Promise.all(ids.map((id) => untilSettled(person, id)));
    type Page = { items: FileView[]; nextCursor: string | null };
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await person.request('GET', `/files?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items.map((file) => file.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids);
    const names = async (query: string) =>
      (await person.request<Page>('GET', `/files?${query}`)).items.map((file) => file.filename);
    expect(await names('type=text/markdown')).toEqual(['list-3.md', 'list-1.md']);
    expect(await names('q=LIST-4')).toEqual(['list-4.txt']);
    expect(await names('status=FAILED')).toEqual([]);
    expect(await names('source=bucket')).toEqual([]);
  });
});
