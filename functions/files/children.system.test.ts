import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import { makeEml } from '#testing/documents/make-mail.ts';
import { makeMsg } from '#testing/documents/make-msg.ts';
import { makeZip, type ZipEntry } from '#testing/documents/make-zip.ts';
import { newPerson, type Person, until, untilSettled, uploadBytes } from '#testing/person.ts';

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);
const zipOf = (...entries: ZipEntry[]): Uint8Array<ArrayBuffer> => bytes(makeZip(entries));
const word = (name: string): string => `${name}${randomUUID().slice(0, 8)}`;

/** Each file is read in a process of its own, and these tests run side by side: a busy machine takes its time. */
const settle = (person: Person, id: string): Promise<FileView> => untilSettled(person, id, 100_000);

/** All that came out of a file, by path, once each is READY or FAILED. */
async function childrenOf(person: Person, id: string): Promise<Map<string, FileView>> {
  const { items } = await person.request<{ items: FileView[] }>('GET', `/files?parent=${id}`);
  const settled = await Promise.all(items.map((item) => settle(person, item.id)));
  return new Map(settled.map((file) => [file.pathInParent ?? '', file]));
}

async function store(person: Person, name: string, content: Uint8Array<ArrayBuffer>, externalId?: string) {
  const { id } = await uploadBytes(person, name, content, externalId ? { externalId } : {});
  const file = await settle(person, id);
  return { file, children: await childrenOf(person, id) };
}

async function foundBy(person: Person, query: string): Promise<string[]> {
  const { results } = await person.search({ query, mode: 'keyword' });
  return results.filter((result) => result.text.includes(query)).map((result) => result.filename);
}

// Side by side, since each waits for the pipeline most of the time.
describe.concurrent('an archive', { timeout: 150_000 }, () => {
  it('becomes a file for each file in it, nested ones too, and tells what it left out', async () => {
    const person = await newPerson();
    const [plain, nested, twin] = [word('plain'), word('nested'), word('twin')];
    const inner = makeZip([{ name: 'deep/notes.md', data: `# Notes\n\nThe ${nested} lies deeper.` }]);
    const { file, children } = await store(
      person,
      'all.zip',
      zipOf(
        { name: 'letters/', data: '' },
        { name: 'letters/one.txt', data: `The ${plain} letter.` },
        { name: '../../etc/passwd.txt', data: `The ${twin} outside.` },
        { name: 'letters/one.txt', data: 'Another letter of this name.' },
        { name: 'inner.zip', data: inner },
        { name: 'program.exe', data: 'MZ' },
        { name: 'nothing.txt', data: '' },
        { name: 'broken.docx', data: 'not a document' },
        { name: '__MACOSX/._one.txt', data: 'litter' },
        { name: '.DS_Store', data: 'litter' },
      ),
    );
    expect(file).toMatchObject({ status: 'READY', error: null });
    expect(file.warnings).toEqual([
      expect.stringContaining('program.exe was skipped'),
      expect.stringContaining('nothing.txt was skipped'),
      expect.stringContaining('broken.docx was skipped'),
    ]);
    expect([...children.keys()].sort()).toEqual([
      'etc/passwd.txt',
      'inner.zip',
      'letters/one (2).txt',
      'letters/one.txt',
    ]);
    expect(children.get('letters/one.txt')).toMatchObject({
      status: 'READY',
      filename: 'one.txt',
      parentId: file.id,
      source: 'api',
    });
    const grandchildren = await childrenOf(person, children.get('inner.zip')?.id ?? '');
    expect([...grandchildren.keys()]).toEqual(['deep/notes.md']);
    expect(await foundBy(person, plain)).toEqual(['one.txt']);
    expect(await foundBy(person, nested)).toEqual(['notes.md']);

    await person.request('DELETE', `/files/${file.id}`);
    for (const child of [...children.values(), ...grandchildren.values()]) {
      expect((await person.fetch(`/files/${child.id}`)).status).toBe(404);
    }
    expect(await foundBy(person, nested)).toEqual([]);
  });

  it('keeps what stays the same, renews what changed and drops what is gone when it comes again', async () => {
    const person = await newPerson();
    const [kept, old, changed, gone] = [word('kept'), word('old'), word('changed'), word('gone')];
    const first = await store(
      person,
      'set.zip',
      zipOf({ name: 'a.txt', data: kept }, { name: 'b.txt', data: old }, { name: 'c.txt', data: gone }),
      'set',
    );
    await uploadBytes(person, 'set.zip', zipOf({ name: 'a.txt', data: kept }, { name: 'b.txt', data: changed }), {
      externalId: 'set',
    });
    await until('the second generation', 100_000, async () => {
      const file = await person.file(first.file.id);
      return file.status === 'READY' && file.generation === 2 ? file : undefined;
    });
    const second = await childrenOf(person, first.file.id);
    expect([...second.keys()].sort()).toEqual(['a.txt', 'b.txt']);
    expect(second.get('a.txt')).toEqual(first.children.get('a.txt'));
    expect(second.get('b.txt')).toMatchObject({ id: first.children.get('b.txt')?.id, generation: 2 });
    expect(await foundBy(person, changed)).toEqual(['b.txt']);
    expect(await foundBy(person, gone)).toEqual([]);

    await person.request('POST', `/files/${first.file.id}/reprocess`);
    await settle(person, first.file.id);
    expect(await childrenOf(person, first.file.id)).toEqual(second);
  });

  it('of archives of archives ends at the depth that is allowed', async () => {
    const person = await newPerson();
    let archive = makeZip([{ name: 'core.txt', data: word('core') }]);
    for (let depth = 4; depth > 0; depth--) archive = makeZip([{ name: `level${depth}.zip`, data: archive }]);
    let { file, children } = await store(person, 'matryoshka.zip', bytes(archive));
    for (let depth = 1; depth <= 3; depth++) {
      expect(file.status).toBe('READY');
      file = children.get(`level${depth}.zip`) ?? file;
      children = await childrenOf(person, file.id);
    }
    expect(file).toMatchObject({ filename: 'level3.zip', status: 'FAILED', error: { code: 'ARCHIVE_LIMIT' } });
  });

  it('without anything to read is READY with a note', async () => {
    const person = await newPerson();
    const { file } = await store(person, 'empty.zip', zipOf({ name: 'folder/', data: '' }));
    expect(file).toMatchObject({ status: 'READY', progress: { chunks: 0 }, warnings: [expect.any(String)] });
  });

  it('that holds a damaged document is READY, and the document FAILED', async () => {
    const person = await newPerson();
    const docx = makeDocx({ paragraphs: ['Hello'] });
    const { file, children } = await store(
      person,
      'half.zip',
      zipOf({ name: 'cut.docx', data: docx.subarray(0, 400) }, { name: 'whole.docx', data: docx }),
    );
    expect(file.status).toBe('READY');
    expect(children.get('cut.docx')).toMatchObject({ status: 'FAILED', error: { code: 'DAMAGED_FILE' } });
    expect(children.get('whole.docx')?.status).toBe('READY');
  });
});

describe.concurrent('a mail', { timeout: 150_000 }, () => {
  it.each([
    [
      'eml',
      (subject: string, text: string, data: Buffer) =>
        makeEml({
          subject,
          text,
          attachments: [{ filename: 'minutes.docx', contentType: 'application/msword', data }],
        }),
    ],
    [
      'msg',
      (subject: string, body: string, data: Buffer) =>
        makeMsg({ subject, body, attachments: [{ filename: 'minutes.docx', data }] }),
    ],
  ])('as .%s is found by subject, address and text, its attachment by its own text', async (kind, make) => {
    const person = await newPerson();
    const [subject, text, attached] = [word('subject'), word('text'), word('attached')];
    const document = makeDocx({ paragraphs: [`The ${attached} minutes.`] });
    const { file, children } = await store(person, `mail.${kind}`, bytes(make(subject, `See the ${text}.`, document)));
    expect(file).toMatchObject({ status: 'READY', warnings: [] });
    expect([...children.keys()]).toEqual(['minutes.docx']);
    expect(await foundBy(person, text)).toEqual([`mail.${kind}`]);
    expect(await foundBy(person, subject)).toEqual([`mail.${kind}`]);
    expect(await foundBy(person, attached)).toEqual(['minutes.docx']);
    const { results } = await person.search({ query: text });
    expect(results[0]?.location).toEqual({ charStart: 0, charEnd: expect.any(Number) });
    const { pages } = await person.request<{ pages: { text: string }[] }>('GET', `/files/${file.id}/text`);
    expect(pages[0]?.text).toContain('bob@example.org');
  });
});
