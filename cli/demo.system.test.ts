import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('says which files it cannot read before it starts anything', async () => {
  const args = [fileURLToPath(new URL('demo.ts', import.meta.url)), 'nowhere.pdf', '/proc', 'README.md'];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error?.code, output: stdout + stderr }),
    );
  });
  expect(code).toBe(1);
  expect(output).toMatch(/^The demo was not started:\n {2}\S*nowhere\.pdf does not exist\n {2}\/proc is not a file\n$/);
});
