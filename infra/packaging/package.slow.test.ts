import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { bundleHandlers } from './bundle.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** Of the deployment; nothing else is set. */
const SET = { EMBEDDING_URL: 'https://embeddings.example.com/v1', QDRANT_TENANCY: 'shared', RERANK_URL: '' };

let packageDir: string;
let resources: Record<string, Resource>;

/** Packages as a deployment would, without an account and without a network. */
beforeAll(async () => {
  packageDir = await mkdtemp(join(tmpdir(), 'omnirag-package-'));
  const cli = fileURLToPath(import.meta.resolve('serverless/bin/serverless.js'));
  const { AWS_PROFILE: _, ...env } = process.env;
  await promisify(execFile)(process.execPath, [cli, 'package', '--stage', 'production', '--package', packageDir], {
    cwd: PROJECT,
    env: { ...env, ...SET, HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
  });
  const template = await readFile(join(packageDir, 'cloudformation-template-update-stack.json'), 'utf8');
  resources = (JSON.parse(template) as { Resources: Record<string, Resource> }).Resources;
});
afterAll(() => rm(packageDir, { recursive: true, force: true }));

const ofType = (type: string): Resource[] => Object.values(resources).filter((resource) => resource.Type === type);

it('makes a template with every function, route, queue and event source that is declared', async () => {
  const cloud = await readCloudDeclaration(PROJECT, {});
  expect(ofType('AWS::Lambda::Function')).toHaveLength(cloud.functions.length);
  expect(
    ofType('AWS::SQS::Queue')
      .map((queue) => queue.Properties.QueueName)
      .sort(),
  ).toEqual(cloud.queues.map((queue) => queue.name).sort());
  const sources = cloud.functions.flatMap((declared) => declared.eventSources);
  expect(ofType('AWS::Lambda::EventSourceMapping')).toHaveLength(sources.length);
  for (const { Properties } of ofType('AWS::Lambda::EventSourceMapping')) {
    expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  }
  expect(ofType('AWS::Lambda::Url').map((url) => url.Properties.InvokeMode)).toEqual(['RESPONSE_STREAM']);
});

it('runs parsers and models from the image and everything else from one archive', async () => {
  const images = ofType('AWS::Lambda::Function').filter((declared) => declared.Properties.PackageType === 'Image');
  expect(images.map(({ Properties }) => (Properties.ImageConfig as { Command: string[] }).Command[0]).sort()).toEqual([
    'functions/ingest/accept.handler',
    'functions/ingest/chunk.handler',
    'functions/ingest/embed.handler',
    'functions/ingest/extract.handler',
    'functions/search/image.handler',
    'functions/search/search.handler',
    'functions/search/sweep-indexes.handler',
  ]);
  const archive = await stat(join(packageDir, 'omnirag.zip'));
  expect(archive.size).toBeLessThan(50 * 1024 * 1024);
});

it('gives each function its role and settings, and no secret in clear', () => {
  for (const { Properties } of ofType('AWS::Lambda::Function')) {
    const role = (Properties.Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? '';
    expect(resources[role]?.Type).toBe('AWS::IAM::Role');
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    expect(Variables.OMNIRAG_ENV).toBe('production');
    for (const secret of ['DATABASE_URL', 'JWT_SECRET', 'APP_ENCRYPTION_KEY', 'QDRANT_API_KEY']) {
      expect(Variables[secret]).toMatch(/^\{\{resolve:secretsmanager:/);
    }
  }
  const stream = resources.FilesStreamLambdaFunction?.Properties.Environment;
  expect(JSON.stringify(stream)).not.toContain('FilesStreamLambdaFunctionUrl');
  const content = resources.FilesContentLambdaFunction?.Properties.Environment;
  expect(JSON.stringify(content)).toContain('FilesStreamLambdaFunctionUrl');
});

it('passes on the settings that the deployment has, and those alone', () => {
  for (const { Properties } of ofType('AWS::Lambda::Function')) {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    expect(Variables).toMatchObject({ EMBEDDING_URL: SET.EMBEDDING_URL, QDRANT_TENANCY: SET.QDRANT_TENANCY });
    expect(Object.values(Variables)).not.toContain('');
    // Neither does the secret hold it, nor is there a server.
    expect(Variables).not.toHaveProperty('RERANK_API_KEY');
    expect(Variables).not.toHaveProperty('RERANK_URL');
  }
});

it('bundles functions that work by themselves, with the files they read', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omnirag-bundle-'));
  try {
    await bundleHandlers(PROJECT, dir, ['functions/system/openapi', 'functions/system/console']);
    const settings = {
      PUBLIC_URL: 'https://api.example.com',
      STREAM_URL: 'https://stream.example.com',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      QDRANT_URL: 'http://127.0.0.1:9',
      JWT_SECRET: 'only for this test, never to sign anything',
      APP_ENCRYPTION_KEY: 'c0ffee5b1d9a4273e86f0b2a7d41985c3ea7f6120d9b84c5f1e23a70b6d8945e',
      OMNIRAG_ENV: 'production',
      LOG_LEVEL: 'silent',
    };
    const script = `
      import { handler as openapi } from ${JSON.stringify(pathToFileURL(join(dir, 'functions/system/openapi.mjs')))};
      import { handler as page } from ${JSON.stringify(pathToFileURL(join(dir, 'functions/system/console.mjs')))};
      const event = { version: '2.0', headers: {}, rawPath: '/', rawQueryString: '', isBase64Encoded: false,
        requestContext: { http: { method: 'GET', path: '/' }, requestId: 'test' } };
      const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: 'test' };
      const answers = [await openapi(event, context), await page(event, context)];
      const told = JSON.stringify(answers.map(({ statusCode, body }) => ({ statusCode, body })));
      process.stdout.write(told, () => process.exit(0));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: dir,
      env: { PATH: process.env.PATH, ...settings },
      maxBuffer: 10 * 1024 * 1024,
    });
    const [openapi, page] = JSON.parse(stdout) as Array<{ statusCode: number; body: string }>;
    expect(openapi?.statusCode).toBe(200);
    expect(JSON.parse(openapi?.body ?? '')).toMatchObject({ openapi: '3.1.0' });
    expect(page?.statusCode).toBe(200);
    expect(page?.body).toContain('<html');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
