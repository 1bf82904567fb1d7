import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image: string;
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  command?: string | string[];
}

const read = (path: string): Promise<string> => readFile(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const services = async (): Promise<Record<string, Service>> =>
  (parse(await read('docker-compose.yml')) as { services: Record<string, Service> }).services;

it('pins every image and opens every port to this machine alone', async () => {
  for (const [name, service] of Object.entries(await services())) {
    expect(service.image, name).toMatch(/:[\w.-]*\d+\.?[\w.-]*$/);
    expect(service.image, name).not.toMatch(/:(latest|main|edge)/);
    for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
  }
});

it('has no default for a secret, and an example that names each and fills in none', async () => {
  const text = await read('docker-compose.yml');
  const secrets = [
    'POSTGRES_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'STORAGE_WEBHOOK_TOKEN',
    'REDIS_PASSWORD',
    'QDRANT_API_KEY',
  ];
  const example = await read('.env.example');
  for (const name of secrets) {
    expect(text).toContain(`\${${name}:?`);
    expect(text).not.toMatch(new RegExp(`\\$\\{${name}(:?-|\\})`));
    expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  }
});

it('mounts only files that are there', async () => {
  const mounted = Object.values(await services()).flatMap((service) => service.volumes ?? []);
  const files = mounted.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0] ?? '');
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(await read(file)).not.toBe('');
});
