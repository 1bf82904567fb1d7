import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { DataDirLockedError, lockDataDir } from './data-dir-lock.ts';
import { startRunRecord } from './run-record.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omnirag-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('lets one process in, says which, and lets the next in afterwards', async () => {
  const unlock = await lockDataDir(dir);
  await expect(lockDataDir(dir)).rejects.toThrow(DataDirLockedError);
  await expect(lockDataDir(dir)).rejects.toThrow(String(process.pid));
  await unlock();
  expect(await readdir(dir)).not.toContain('lock');
  await (await lockDataDir(dir))();
});

it('lets exactly one of many in at the same time', async () => {
  for (let round = 0; round < 20; round += 1) {
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dir)));
    const inside = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(inside).toHaveLength(1);
    await inside[0]?.();
  }
});

it('keeps another process out while it runs, although it keeps nothing of the lock, and not after a SIGKILL', async () => {
  const module = JSON.stringify(new URL('./data-dir-lock.ts', import.meta.url).href);
  const code = `import(${module}).then(({ lockDataDir }) => lockDataDir(${JSON.stringify(dir)})).then(() => {
    setTimeout(() => { gc(); console.log('inside'); }); setInterval(() => {}, 1000); });`;
  const other = spawn(process.execPath, ['--expose-gc', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  await expect(lockDataDir(dir)).rejects.toThrow(`process ${other.pid}`);
  const exited = once(other, 'exit');
  other.kill('SIGKILL');
  await exited;
  expect(await readdir(dir)).toContain('lock');
  await (await lockDataDir(dir))();
});

it('ends what the last run left, and nothing that merely has its pid', async () => {
  const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const [left, bystander] = [sleeper(), sleeper()];
  onTestFinished(() => [left, bystander].forEach((process) => void process.kill('SIGKILL')));
  await Promise.all([once(left, 'spawn'), once(bystander, 'spawn')]);
  const first = await startRunRecord(dir);
  await first.record.add('left', left.pid ?? 0);
  const recorded = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')) as object[];
  const forged = { name: 'bystander', pid: bystander.pid, start: 'before it began' };
  await writeFile(join(dir, 'run.json'), JSON.stringify([...recorded, forged]));

  const exited = once(left, 'exit');
  const second = await startRunRecord(dir);
  await exited;
  expect(second.ended).toEqual([`left (${left.pid})`]);
  expect(bystander.exitCode).toBeNull();
  bystander.kill();
  await once(bystander, 'exit');
});
