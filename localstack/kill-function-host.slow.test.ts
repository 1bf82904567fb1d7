import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKillableSystem, type KillableSystem } from '#localstack/testing/killable-system.ts';
import type { FileView } from '#shared/api/files.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** Long enough to be at work whenever the test looks. */
const PAGES = 1_500;
const DEATHS = 5;

let system: KillableSystem;
beforeAll(async () => {
  system = await createKillableSystem({ STAGE_LEASE_SECONDS: '3', SWEEP_AFTER_SECONDS: '1' });
});
afterAll(() => system.remove());

function upload(person: Person, filename: string): Promise<FileView> {
  const pages = Array.from({ length: PAGES }, (_, page) => `${filename}, page ${page}. ${randomUUID()}`);
  return uploadBytes(person, filename, new Uint8Array(makePdf({ pages })));
}

interface Progress {
  status: string;
  attempts: number;
  isAtWork: boolean;
}

async function look(file: FileView): Promise<Progress> {
  const rows = await system.query<Progress>(
    'select status, attempts, lease_expires_at > now() as "isAtWork" from files where id = $1',
    [file.id],
  );
  return rows[0] ?? { status: 'gone', attempts: 0, isAtWork: false };
}

it('a file whose host dies five times is FAILED and can be tried again; its neighbour is READY', {
  timeout: 420_000,
}, async () => {
  await system.start();
  const [person, other] = [await newPerson(system.url), await newPerson(system.url)];
  const [killer, neighbour] = await Promise.all([upload(person, 'killer.pdf'), upload(other, 'neighbour.pdf')]);
  // What the neighbour shared of the first deaths is more than chance would bring.
  const together = async () => (await look(killer)).attempts === 1 && (await look(neighbour)).attempts === 1;
  await expect.poll(together, { timeout: 60_000, interval: 20 }).toBe(true);

  for (let death = 1; death <= DEATHS; death += 1) {
    const isAtWork = async () => {
      const { attempts, isAtWork: works } = await look(killer);
      return works && attempts === death;
    };
    await expect.poll(isAtWork, { timeout: 120_000, interval: 20 }).toBe(true);
    await system.killFunctionHost();
  }
  await expect.poll(async () => (await look(killer)).status, { timeout: 120_000 }).toBe('FAILED');
  const failed = await person.file(killer.id);
  expect(failed.error?.code).toBe('PROCESSING_FAILED');
  expect(await untilSettled(other, neighbour.id, 120_000)).toMatchObject({ status: 'READY', error: null });

  const again = await person.fetch(`/files/${killer.id}/reprocess`, { method: 'POST' });
  expect(again.ok).toBe(true);
  expect(await untilSettled(person, killer.id, 120_000)).toMatchObject({ status: 'READY', error: null });
});
