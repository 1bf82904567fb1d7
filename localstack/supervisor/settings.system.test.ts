import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { choosePorts } from './settings.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function occupy(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

it('names every busy port and the setting that moves it', async () => {
  const [http, postgres] = [await occupy(), await occupy('0.0.0.0')];
  const settings = { PORT: String(http), POSTGRES_PORT: String(postgres) };
  expect((await choosePorts(settings)).problems).toEqual([
    `PORT: port ${http} is in use; set PORT to another port`,
    `POSTGRES_PORT: port ${postgres} is in use; set POSTGRES_PORT to another port`,
  ]);
});

it('does not mind the port of a part that is somewhere else', async () => {
  const taken = String(await occupy());
  const settings = { PORT: '0', POSTGRES_PORT: taken, DATABASE_URL: 'postgres://db/omnirag' };
  const { ports, problems } = await choosePorts(settings);
  expect(problems).toEqual([]);
  expect(ports.postgres).toBe(0);
  expect(ports.http).toBeGreaterThan(0);
});

it.each(['abc', '-1', '65536', '1.5'])('refuses %j as a port', async (PORT) => {
  expect((await choosePorts({ PORT })).problems).toEqual(['PORT: must be a number from 0 (any free port) to 65535']);
});
