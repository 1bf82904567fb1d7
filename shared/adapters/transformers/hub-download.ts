import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

// The library downloads, too, but asks the hub even when told not to (version 4.3 checks for a tokenizer's files without
// its own `local_files_only`), and takes its hub and folder from one global object. So files are fetched here, and the
// library is given folders.

export const DEFAULT_HUB_URL = 'https://huggingface.co/';

/** The hub answered that it has no such file, or not for everybody. */
export class NotOnHubError extends Error {
  override readonly name = 'NotOnHubError';
  readonly file: string;

  constructor(file: string, status: number) {
    super(`The model hub returned ${status} for ${file}.`);
    this.file = file;
  }
}

export interface Download {
  hubUrl: string;
  modelId: string;
  /** Path inside the model's repository. */
  file: string;
  /** Where it shall lie on disk. */
  target: string;
  onProgress?: ((progress: { file: string; fraction: number }) => void) | undefined;
}

/** Address of a file of a model's main branch. */
export function hubFileUrl(hubUrl: string, modelId: string, file: string): URL {
  return new URL(`${modelId}/resolve/main/${file}`, hubUrl.endsWith('/') ? hubUrl : `${hubUrl}/`);
}

/**
 * Fetches one file of a model. It appears under its name only when every announced byte has arrived and is on disk.
 * @throws NotOnHubError; Error when the hub does not answer or breaks off
 */
export async function downloadFile({ hubUrl, modelId, file, target, onProgress }: Download): Promise<void> {
  const response = await fetch(hubFileUrl(hubUrl, modelId, file));
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    if ([401, 403, 404].includes(response.status)) throw new NotOnHubError(file, response.status);
    throw new Error(`The model hub returned ${response.status} for ${file}.`);
  }
  await mkdir(path.dirname(target), { recursive: true });
  const part = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeAll(response, response.body, part, (fraction) => onProgress?.({ file, fraction }));
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Returns when every announced byte is on disk. */
async function writeAll(
  response: Response,
  body: ReadableStream<Uint8Array>,
  target: string,
  report: (fraction: number) => void,
): Promise<void> {
  // Compressed answers announce their compressed length.
  const announced = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  await using handle = await open(target, 'w');
  let written = 0;
  let told = -1;
  for await (const bytes of body) {
    await handle.writeFile(bytes);
    written += bytes.length;
    const percent = announced > 0 ? Math.min(100, Math.floor((100 * written) / announced)) : 0;
    if (percent > told) report(percent / 100);
    told = percent;
  }
  if (written < announced) throw new Error(`Only ${written} of ${announced} bytes were received.`);
  await handle.sync();
}
