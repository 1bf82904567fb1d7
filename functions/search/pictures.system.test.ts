import sharp from 'sharp';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { storagePrefix } from '#shared/domain/object-keys.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer } from '#shared/runtime/container.ts';
import { makePictureBomb } from '#testing/documents/make-picture-bomb.ts';
import { BLUE, DARK_RED, GREEN, makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { newPerson, type Person, until, untilSettled, uploadBytes } from '#testing/person.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const NOTE = 'The ferry leaves the harbour at noon. Passengers carry their own luggage aboard.';

async function store(person: Person, name: string, bytes: Bytes | string): Promise<FileView> {
  const file = await untilSettled(person, (await uploadBytes(person, name, bytes)).id);
  expect(file).toMatchObject({ status: 'READY', error: null });
  return file;
}

function ask(person: Person, query: string, more: object = {}): Promise<SearchAnswer> {
  return person.request<SearchAnswer>('POST', '/search', { query, ...more });
}

async function sendPicture(person: Person, bytes: Bytes, query = ''): Promise<Response> {
  const form = new FormData();
  form.append('file', new File([bytes], 'whatever.bin'));
  return person.fetch(`/search/image${query}`, { method: 'POST', body: form });
}

async function byPicture(person: Person, bytes: Bytes): Promise<SearchAnswer> {
  const response = await sendPicture(person, bytes);
  expect(response.status).toBe(200);
  return (await response.json()) as SearchAnswer;
}

const namesOf = ({ results }: SearchAnswer): string[] => results.map(({ filename }) => filename);

describe('pictures', () => {
  let ada: Person;
  let bob: Person;
  let red: FileView;

  beforeAll(async () => {
    [ada, bob] = [await newPerson(), await newPerson()];
    [red] = await Promise.all([
      store(ada, 'sunset.png', await makePlainPng(RED)),
      store(ada, 'sea.png', await makePlainPng(BLUE)),
      store(ada, 'ferry.txt', NOTE),
      store(bob, 'meadow.png', await makePlainPng(GREEN)),
    ]);
  });

  it('are found by a description, in a leg of their own', async () => {
    const answer = await ask(ada, 'something red', { legs: ['image'] });
    expect(namesOf(answer)).toEqual(['sunset.png', 'sea.png']);
    expect(answer.degraded).toEqual([]);
    const [first] = answer.results;
    expect(first).toMatchObject({
      fileId: red.id,
      text: '',
      location: { page: 1 },
      preview: `/files/${red.id}/preview?page=1`,
      legs: { image: { rank: 1, score: expect.closeTo(0.87, 1) } },
    });
    const semantic = await ask(ada, 'red', { mode: 'semantic' });
    expect(semantic.results.find(({ fileId }) => fileId === red.id)?.legs.image?.rank).toBe(1);
    expect(namesOf(semantic)).not.toContain('sea.png');
  });

  it('come first where no passage holds a word of the description', async () => {
    const answer = await ask(ada, 'something red', { explain: true });
    expect(namesOf(answer)).toEqual(['sunset.png', 'ferry.txt']);
    expect(answer.explanation?.leans).toEqual(['description']);
    const worded = await ask(ada, 'the red ferry', { explain: true });
    expect(namesOf(worded)).toEqual(['ferry.txt', 'sunset.png']);
    expect(worded.explanation?.leans).toEqual([]);
  });

  it('do not get between a question about texts and its answer', async () => {
    const answer = await ask(ada, 'When does the ferry leave?');
    expect(namesOf(answer)).toEqual(['ferry.txt']);
    expect(namesOf(await ask(ada, 'red', { mode: 'keyword' }))).toEqual([]);
  });

  it('are found by another picture, whatever it is called', async () => {
    const alike = await byPicture(ada, await makePlainPng(DARK_RED, { width: 900, height: 700 }));
    expect(namesOf(alike)).toEqual(['sunset.png', 'sea.png']);
    expect(alike.results[0]?.legs.image?.score).toBeGreaterThan(0.9);
    const limited = await sendPicture(ada, await makePlainPng(BLUE), '?limit=1');
    expect(namesOf((await limited.json()) as SearchAnswer)).toEqual(['sea.png']);
  });

  it("are their owner's alone", async () => {
    expect(namesOf(await ask(bob, 'red', { legs: ['image'] }))).toEqual(['meadow.png']);
    expect(namesOf(await byPicture(bob, await makePlainPng(RED)))).toEqual(['meadow.png']);
    const foreign = await ask(bob, 'red', { legs: ['image'], filters: { fileIds: [red.id] } });
    expect(foreign.results).toEqual([]);
    expect((await bob.fetch(`/files/${red.id}/preview`)).status).toBe(404);
  });

  it('show themselves, small, to their owner', async () => {
    const response = await ada.fetch(`/files/${red.id}/preview?page=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('cache-control')).toMatch(/^private/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const { data, info } = await sharp(await response.bytes())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 64, height: 48 });
    expect(data[0]).toBeGreaterThan(200);
    for (const page of ['2', '0', 'x']) {
      expect((await ada.fetch(`/files/${red.id}/preview?page=${page}`)).status).toBeGreaterThanOrEqual(400);
    }
    const text = (await ada.request<{ items: FileView[] }>('GET', '/files?q=ferry')).items[0];
    const pageOf = async (id = '') => (await ada.request<{ pages: object[] }>('GET', `/files/${id}/text`)).pages[0];
    expect(await pageOf(red.id)).toMatchObject({ text: '', preview: `/files/${red.id}/preview?page=1` });
    expect(await pageOf(text?.id)).not.toHaveProperty('preview');
    expect((await ada.fetch(`/files/${text?.id}/preview`)).status).toBe(404);
  });

  it('refuse to search by what is no picture, too large, or a bomb', async () => {
    const codeOf = async (answer: Response | Promise<Response>) =>
      ((await (await answer).json()) as { code: string }).code;
    expect(await codeOf(sendPicture(ada, new TextEncoder().encode('plain words')))).toBe('UNSUPPORTED_TYPE');
    expect(await codeOf(sendPicture(ada, new Uint8Array()))).toBe('EMPTY_FILE');
    expect(await codeOf(sendPicture(ada, Uint8Array.from(makePictureBomb(17_000))))).toBe('IMAGE_TOO_LARGE');
    expect(await codeOf(sendPicture(ada, (await makePlainPng(RED)).slice(0, 30)))).toBe('DAMAGED_FILE');
    expect(await codeOf(ada.fetch('/search/image', { method: 'POST', body: '{}' }))).toBe('VALIDATION_ERROR');
    const large = Buffer.concat([await makePlainPng(RED), Buffer.alloc(4 * 1024 ** 2)]);
    expect(await codeOf(sendPicture(ada, Uint8Array.from(large)))).toBe('FILE_TOO_LARGE');
  });

  it('go with their file, from every store', async () => {
    const { env } = inject('system');
    // The SDK's own settings; the same for every container of the run.
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) process.env[key] = env[key];
    const container = buildContainer(readConfig(env));
    onTestFinished(() => container.db.destroy());
    const carol = await newPerson();
    const file = await store(carol, 'green.png', await makePlainPng(GREEN));
    const objects = async (): Promise<number> => {
      let count = 0;
      for await (const _ of container.storage.list('storage', storagePrefix(carol.id, file.id))) count += 1;
      return count;
    };
    // The bytes, and the small copy.
    expect(await objects()).toBe(2);
    expect(await container.vectorIndex.count(carol.id, file.id)).toBe(1);
    await carol.request('DELETE', `/files/${file.id}`);
    expect((await ask(carol, 'green', { legs: ['image'] })).results).toEqual([]);
    await until('the stores to be cleared', 60_000, async () => {
      // The schedule would come round within a minute.
      await publishPending(container, 1_000);
      return (await objects()) + (await container.vectorIndex.count(carol.id)) === 0 ? true : undefined;
    });
  }, 90_000);
});
