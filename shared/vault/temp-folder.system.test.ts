import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listTempFolders, sweepTempFolders, withTempFolder } from './temp-folder.ts';

/** A process that writes plain bytes into a folder of this person's and waits. */
async function startUser(userId: string): Promise<{ folder: string; kill(): Promise<void> }> {
  const module = new URL('./temp-folder.ts', import.meta.url).href;
  const code = `
    import { writeFileSync } from 'node:fs';
    import { withTempFolder } from ${JSON.stringify(module)};
    await withTempFolder(${JSON.stringify(userId)}, async (folder) => {
      writeFileSync(folder + '/document', 'plain text');
      process.stdout.write(folder);
      await new Promise((done) => setTimeout(done, 600_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { folder: String(told), kill };
}

it('plain copies of a process that was killed are removed, those in use stay', async () => {
  const [dead, alive] = [await startUser(randomUUID()), await startUser(randomUUID())];
  try {
    await dead.kill();
    expect(existsSync(join(dead.folder, 'document'))).toBe(true);
    await sweepTempFolders();
    expect(existsSync(dead.folder)).toBe(false);
    expect(existsSync(join(alive.folder, 'document'))).toBe(true);
  } finally {
    await alive.kill();
  }
  // The next work on the machine does it, too.
  await withTempFolder(randomUUID(), async () => expect(existsSync(alive.folder)).toBe(false));
});

it('a folder that its process has long forgotten is removed, as is that of another process of the same number', async () => {
  const userId = randomUUID();
  await withTempFolder(userId, async (folder) => {
    await writeFile(join(folder, 'document'), 'plain text');
    await sweepTempFolders();
    expect(existsSync(folder)).toBe(true);
    const past = new Date(Date.now() - 3_600_000);
    await utimes(folder, past, past);
    await sweepTempFolders();
    expect(existsSync(folder)).toBe(false);
  });

  const former = join(tmpdir(), `omnirag-plain.${userId}.${process.pid}.1.former`);
  await mkdir(former);
  expect((await listTempFolders()).map(({ name }) => join(tmpdir(), name))).toContain(former);
  await sweepTempFolders();
  expect(existsSync(former)).toBe(false);
});

it('goes with the work in it, also when that fails', async () => {
  let used = '';
  const failing = withTempFolder(randomUUID(), async (folder) => {
    used = folder;
    throw new Error('damaged');
  });
  await expect(failing).rejects.toThrow('damaged');
  expect(existsSync(used)).toBe(false);
});
