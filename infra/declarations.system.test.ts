import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { type CloudDeclaration, readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { permits, readRoles } from '#localstack/declarations/roles.ts';
import { isObject, readTemplate } from '#localstack/declarations/template.ts';
import { QUEUES } from '#shared/ports/queue.ts';
import { environmentSchema } from '#shared/runtime/settings.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const declared = (): Promise<CloudDeclaration> => readCloudDeclaration(PROJECT, {});

/** The files of functions, e.g. `auth/login`, sorted. */
async function functionFiles(): Promise<string[]> {
  const entries = await readdir(`${PROJECT}functions`, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.ts') && !entry.endsWith('.test.ts') && entry.includes('/'))
    .map((entry) => entry.slice(0, -'.ts'.length))
    .sort();
}

it('has one declaration for each function file, in the yml of its folder, and a file for each declaration', async () => {
  const { functions } = await declared();
  const handlers = functions.map(({ handler }) => handler.replace(/^functions\//, '').replace(/\.handler$/, '')).sort();
  expect(handlers).toEqual(await functionFiles());
  for (const noun of new Set(handlers.map((handler) => handler.split('/')[0]))) {
    const text = await readFile(`${PROJECT}infra/functions/${noun}.yml`, 'utf8');
    const inIt = [...text.matchAll(/^ {2}handler: functions\/(.+)\.handler$/gm)].map((match) => match[1]);
    expect(inIt.toSorted()).toEqual(handlers.filter((handler) => handler.startsWith(`${noun}/`)));
  }
});

it('gives each stage a queue with a dead-letter queue that kills do not fill, and that can be reached', async () => {
  const { queues } = await declared();
  for (const stage of QUEUES) {
    const queue = queues.find(({ name }) => name === `omnirag-${stage}`);
    const { deadLetterQueue, maxReceiveCount = 0 } = queue?.redrive ?? {};
    expect(deadLetterQueue).toBe(`omnirag-${stage}-dlq`);
    expect(queues.some(({ name }) => name === deadLetterQueue)).toBe(true);
    expect(maxReceiveCount, stage).toBeGreaterThanOrEqual(100);
    // A message that moves keeps its age: the other half of the time is for somebody to look at it.
    const { visibilityTimeoutSeconds = 0, messageRetentionSeconds = 0 } = queue ?? {};
    expect(maxReceiveCount * visibilityTimeoutSeconds, stage).toBeLessThanOrEqual(messageRetentionSeconds / 2);
  }
  expect(queues).toHaveLength(2 * QUEUES.length);
});

it('hides a message for six times the time that its function may take, and reads every queue once', async () => {
  const { queues, functions } = await declared();
  const read = functions.flatMap(({ eventSources, timeoutSeconds }) =>
    eventSources.map((source) => ({ ...source, timeoutSeconds })),
  );
  for (const source of read) {
    const queue = queues.find((candidate) => candidate.name === source.queue);
    expect(queue?.visibilityTimeoutSeconds).toBe(6 * source.timeoutSeconds);
    expect(source.reportsBatchItemFailures).toBe(true);
  }
  expect(read.map((source) => source.queue).sort()).toEqual(
    queues
      .filter((queue) => queue.redrive !== undefined)
      .map((queue) => queue.name)
      .sort(),
  );
});

it('lets the incoming bucket alone tell, and the names be moved by settings', async () => {
  const env = { S3_BUCKET: 'my-storage', S3_INCOMING_BUCKET: 'my-incoming' };
  for (const [settings, storage, incoming] of [
    [{}, 'omnirag-storage', 'omnirag-incoming'],
    [env, 'my-storage', 'my-incoming'],
  ] as const) {
    expect((await readCloudDeclaration(PROJECT, settings)).buckets).toEqual([
      { name: storage, notifications: [] },
      { name: incoming, notifications: [{ event: 's3:ObjectCreated:*', queue: 'omnirag-intake', prefix: '' }] },
    ]);
  }
});

it('keeps both buckets closed to the public and clears what was never finished', async () => {
  const { resources } = await readTemplate(PROJECT, {});
  for (const name of ['StorageBucket', 'IncomingBucket']) {
    expect(resources[name]?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }] },
    });
  }
});

it('grants no role everything', async () => {
  const { resources } = await readTemplate(PROJECT, {});
  const roles = Object.values(resources).filter((resource) => resource.Type === 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(3);
  for (const role of roles) {
    const text = JSON.stringify(role.Properties);
    expect(text).not.toMatch(/"Resource":\["?\*/);
    expect(text).not.toMatch(/"(s3|sqs|\*):\*"/);
  }
});

it('lets whoever looks at an object of a bucket learn that it is missing, which without the right to list is a 403', async () => {
  for (const [role, permissions] of readRoles(await readTemplate(PROJECT, {}))) {
    for (const { action, resource } of permissions) {
      if (action !== 's3:GetObject') continue;
      const bucket = resource.split('/')[0] ?? '';
      expect({ role, bucket, may: permits(permissions, { action: 's3:ListBucket', resource: bucket }) }).toEqual({
        role,
        bucket,
        may: true,
      });
    }
  }
});

it('lets the publisher find what it deletes', async () => {
  const publisher = readRoles(await readTemplate(PROJECT, {})).get('PublishRole') ?? [];
  for (const bucket of ['omnirag-storage', 'omnirag-incoming']) {
    expect(permits(publisher, { action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/a/b` })).toBe(true);
    expect(permits(publisher, { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` })).toBe(true);
  }
});

it('gives a function the temporary disk that what it writes there takes', async () => {
  const MIB = 2 ** 20;
  const largest = environmentSchema.shape.MAX_FILE_BYTES.parse(undefined) / MIB;
  const TEMP_FOLDERS = 'shared/vault/temp-folder.ts';
  /** What each source that makes a temporary folder may put into it, in MiB. */
  const written: Record<string, number> = {
    // The file, and beside it one file that lies in it.
    'shared/pipeline/intake/fetch-bytes.ts': 2 * largest,
    'shared/drive/fetch-item.ts': largest,
    // A picture that came with a request.
    'shared/formats/look-at-picture.ts': 4,
  };
  const { functions } = await declared();
  const entryOf = (handler: string) => handler.replace(/\.handler$/, '.ts');
  // All in one run, which reads and parses each source once.
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: functions.map(({ handler }) => entryOf(handler)),
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  const bundles = Object.values(metafile.outputs);
  for (const { key, handler, temporaryMib } of functions) {
    const bundle = bundles.find(({ entryPoint }) => entryPoint === entryOf(handler));
    if (!bundle) throw new Error(`There is no bundle of ${handler}.`);
    for (const source of Object.keys(bundle.inputs)) {
      const text = await readFile(`${PROJECT}${source}`, 'utf8');
      expect({ source, makesItsOwn: source !== TEMP_FOLDERS && text.includes('mkdtemp(') }).toMatchObject({
        makesItsOwn: false,
      });
      if (!text.includes('withTempFolder(')) continue;
      expect(written, `${source} makes a temporary folder: how much goes into it?`).toHaveProperty([source]);
      expect({ key, source, enough: temporaryMib > (written[source] ?? Infinity) }).toMatchObject({ enough: true });
    }
  }
});

it('calls each job of upkeep by a schedule of its own, and watches it and every reader of a queue by an alarm of its own', async () => {
  const { functions } = await declared();
  const { resources } = await readTemplate(PROJECT, {});
  const scheduled = functions.filter((declaration) => declaration.scheduled).map(({ key }) => key);
  expect(scheduled.sort()).toEqual([
    'authForgetExpired',
    'driveSchedule',
    'ingestExpireUploads',
    'ingestResendArrivals',
    'ingestResendStages',
    'ingestSweepOrphans',
    'outboxPublishPending',
    'searchSweepIndexes',
    'systemClearDeleted',
    'usersExpireExports',
    'usersResendErasures',
    'usersResendExports',
    'usersSendNotices',
  ]);
  const watched = Object.values(resources).flatMap(({ Properties }) => {
    const [, key] = /"FunctionName","Value":\{"Ref":"(\w+)LambdaFunction"/.exec(JSON.stringify(Properties)) ?? [];
    return key === undefined ? [] : [`${key.charAt(0).toLowerCase()}${key.slice(1)}`];
  });
  const unattended = functions.filter(({ key, eventSources }) => scheduled.includes(key) || eventSources.length > 0);
  expect(watched).toEqual(expect.arrayContaining(unattended.map(({ key }) => key)));
});

it('watches functions, queues and topics that there are', async () => {
  const { resources, functions } = await readTemplate(PROJECT, {});
  const names = new Set([
    ...Object.keys(resources),
    ...Object.keys(functions).map((key) => `${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction`),
  ]);
  const alarms = Object.values(resources).filter((resource) => resource.Type === 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(20);
  for (const { Properties } of alarms) {
    if (!isObject(Properties)) throw new Error('an alarm without properties');
    for (const [, name] of JSON.stringify(Properties).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)/g)) {
      expect(names).toContain(name);
    }
  }
});
