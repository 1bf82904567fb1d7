import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from './bundle.ts';
import { passedSettings } from './passed-settings.ts';

/** The parts of serverless's own objects that are used here. */
interface Serverless {
  serviceDir: string;
  service: {
    service: string;
    custom: { image: string; secrets: string };
    provider: { environment: Record<string, unknown> };
    functions: Record<string, DeclaredFunction>;
    package: { excludeDevDependencies?: boolean };
  };
  configSchemaHandler: {
    defineFunctionProperties(provider: string, schema: object): void;
  };
}

interface DeclaredFunction {
  handler?: string;
  image?: { uri: string; command: string[] };
  /** Ours: the function runs from the image that carries models and parsers. */
  container?: boolean;
  url?: unknown;
  environment?: Record<string, unknown>;
}

const STREAM_FUNCTION_URL = 'FilesStreamLambdaFunctionUrl';

/**
 * Prepares the functions for AWS: bundles those that are small, lets those marked `container: true` run from the image, and
 * passes on the settings that are set. It acts only while a package is made, so that locally the functions run from their sources as they are.
 */
export default class LambdaPackaging {
  readonly hooks: Record<string, () => Promise<void> | void>;
  readonly #serverless: Serverless;
  readonly #projectDir: string;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.#projectDir = serverless.serviceDir;
    serverless.configSchemaHandler.defineFunctionProperties('aws', {
      properties: { container: { type: 'boolean' } },
    });
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.prepare(),
      'after:package:createDeploymentArtifacts': () => this.restore(),
      'before:deploy:deploy': () => this.#refusePlaceholder(),
    };
  }

  async prepare(): Promise<void> {
    const { service } = this.#serverless;
    service.provider.environment = passedSettings(service.provider.environment, service.custom.secrets);
    const bundled: string[] = [];
    for (const declared of Object.values(service.functions)) {
      if (declared.handler === undefined) continue;
      if (declared.container === true) {
        declared.image = { uri: service.custom.image, command: [declared.handler] };
        delete declared.handler;
      } else {
        bundled.push(declared.handler.slice(0, declared.handler.lastIndexOf('.')));
      }
      delete declared.container;
      if (declared.url === undefined) declared.environment = { ...declared.environment, STREAM_URL: streamUrl() };
    }
    const outDir = await mkdtemp(join(tmpdir(), 'omnirag-bundle-'));
    await bundleHandlers(this.#projectDir, outDir, bundled);
    // serverless zips the folder of the service; for that moment it is the folder of the bundles.
    service.package.excludeDevDependencies = false;
    this.#serverless.serviceDir = outDir;
  }

  async restore(): Promise<void> {
    const archive = join('.serverless', `${this.#serverless.service.service}.zip`);
    const bundleDir = this.#serverless.serviceDir;
    this.#serverless.serviceDir = this.#projectDir;
    await mkdir(join(this.#projectDir, '.serverless'), { recursive: true });
    // Not a rename: temporary folders are often on another disk.
    await copyFile(join(bundleDir, archive), join(this.#projectDir, archive));
    await rm(bundleDir, { recursive: true });
  }

  #refusePlaceholder(): void {
    if (!/@sha256:0+$/.test(this.#serverless.service.custom.image)) return;
    throw new Error('Set OMNIRAG_IMAGE to the digest of the image built from infra/images/functions.Dockerfile.');
  }
}

/** The address of the function URL without the slash at its end. The streaming function itself can't refer to it. */
function streamUrl(): object {
  const address = { 'Fn::GetAtt': [STREAM_FUNCTION_URL, 'FunctionUrl'] };
  const host = { 'Fn::Select': [2, { 'Fn::Split': ['/', address] }] };
  return { 'Fn::Join': ['', ['https://', host]] };
}
