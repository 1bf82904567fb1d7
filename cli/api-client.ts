import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SessionView } from '#shared/api/accounts.ts';
import type { FileView } from '#shared/api/files.ts';
import type { Problem } from '#shared/api/problem.ts';
import type { SearchAnswer, SearchRequest } from '#shared/api/search.ts';
import type { UploadView } from '#shared/api/uploads.ts';

/** An error answer of the HTTP interface. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

export interface ApiClient {
  /**
   * Uploads a file from disk the way its size asks for.
   * @param externalId our own name for it: new bytes under the same one are the file's next generation
   * @returns the file as announced, before its bytes are taken in
   */
  upload(path: string, externalId?: string): Promise<FileView>;
  file(id: string): Promise<FileView>;
  search(request: Partial<SearchRequest> & { query: string }): Promise<SearchAnswer>;
  /** Any other call. @throws ApiProblem */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
}

async function call<T>(url: string, method: string, body?: unknown, token?: string): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new ApiProblem(JSON.parse(text));
  return text === '' ? (undefined as T) : JSON.parse(text);
}

export function registerAccount(
  baseUrl: string,
  account: { email: string; username: string; password: string },
): Promise<SessionView> {
  return call(`${baseUrl}/auth/register`, 'POST', account);
}

export function signIn(baseUrl: string, account: { login: string; password: string }): Promise<SessionView> {
  return call(`${baseUrl}/auth/login`, 'POST', account);
}

/** A client of one person. */
export function createApiClient(baseUrl: string, accessToken: string): ApiClient {
  const request = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    call<T>(`${baseUrl}${path}`, method, body, accessToken);

  return {
    request,
    file: (id) => request('GET', `/files/${id}`),
    search: (search) => request('POST', '/search', search),
    async upload(path, externalId) {
      const { size } = await stat(path);
      const announced = await request<{ file: FileView; upload?: UploadView }>('POST', '/files', {
        filename: basename(path),
        size,
        sha256: await sha256Of(path),
        ...(externalId === undefined ? {} : { externalId }),
      });
      if (!announced.upload) return announced.file;
      if ('url' in announced.upload) await putWhole(path, announced.upload);
      else await putParts(path, announced.file.id, announced.upload, request);
      return announced.file;
    },
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function put(url: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, { method: 'PUT', body, headers });
  if (!response.ok) throw new Error(`The upload was rejected (${response.status}): ${await response.text()}`);
  return response;
}

async function readPart(path: string, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function putWhole(path: string, upload: Extract<UploadView, { url: string }>): Promise<void> {
  const { size } = await stat(path);
  await put(upload.url, await readPart(path, 0, size), upload.headers);
}

async function putParts(
  path: string,
  fileId: string,
  upload: Extract<UploadView, { parts: unknown }>,
  request: ApiClient['request'],
): Promise<void> {
  const done: { number: number; etag: string }[] = [];
  for (const part of upload.parts) {
    const bytes = await readPart(path, (part.number - 1) * upload.partSize, upload.partSize);
    const response = await put(part.url, bytes, {});
    done.push({ number: part.number, etag: response.headers.get('etag') ?? '' });
  }
  await request('POST', `/files/${fileId}/complete`, { parts: done });
}
