import { Readable } from 'node:stream';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import { drive, type drive_v3 } from 'googleapis';
import { AppError } from '#shared/errors/app-error.ts';
import { type Drive, type DriveEntry, type DriveProvider, exportFormat } from '#shared/ports/drive.ts';
import { isMissing, translateGoogleError } from './google-errors.ts';

const ENTRY = 'id,name,mimeType,parents,trashed,md5Checksum,version,modifiedTime,size,shortcutDetails(targetId)';
/** The most that Google gives at once. */
const PAGE_SIZE = 1_000;
const TIMEOUT_MS = 30_000;
/** The queue and its growing delays repeat what failed: a retry here would hide it from them. */
const ONCE = { retry: false, timeout: TIMEOUT_MS } as const;
const ALL_DRIVES = { supportsAllDrives: true, includeItemsFromAllDrives: true } as const;

export interface GoogleOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** `drive.readonly` sees everything, `drive.file` only what people open with this client. */
  scope: 'drive.readonly' | 'drive.file';
  /** Base of all of Google's addresses; Google's own when left out. */
  apiRoot?: string | undefined;
}

export function createGoogleDrive(options: GoogleOptions): DriveProvider {
  const scope = `https://www.googleapis.com/auth/${options.scope}`;
  return {
    scope,
    authorizationUrl: ({ state, codeChallenge }) =>
      newClient(options).generateAuthUrl({
        access_type: 'offline',
        prompt: 'consent',
        scope,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: CodeChallengeMethod.S256,
      }),
    async exchange(code, codeVerifier) {
      try {
        const { tokens } = await newClient(options).getToken({ code, codeVerifier });
        return { refreshToken: tokens.refresh_token ?? undefined, scopes: (tokens.scope ?? '').split(' ') };
      } catch (error) {
        const translated = translateGoogleError(error);
        if (translated.code === 'DRIVE_UNAVAILABLE') throw translated;
        throw new AppError('OAUTH_EXCHANGE_FAILED', { cause: translated });
      }
    },
    open(refreshToken) {
      const auth = newClient(options);
      auth.setCredentials({ refresh_token: refreshToken });
      const root = options.apiRoot && `${options.apiRoot.replace(/\/$/, '')}/`;
      return createDrive(drive({ version: 'v3', auth, ...(root ? { rootUrl: root } : {}) }));
    },
    async revoke(refreshToken) {
      try {
        await newClient(options).revokeToken(refreshToken);
      } catch (error) {
        const translated = translateGoogleError(error);
        if (translated.code === 'DRIVE_UNAVAILABLE') throw translated;
      }
    },
  };
}

function newClient({ clientId, clientSecret, redirectUri, apiRoot }: GoogleOptions): OAuth2Client {
  const root = apiRoot?.replace(/\/$/, '');
  return new OAuth2Client({
    clientId,
    clientSecret,
    redirectUri,
    ...(root
      ? {
          endpoints: {
            oauth2AuthBaseUrl: `${root}/o/oauth2/v2/auth`,
            oauth2TokenUrl: `${root}/token`,
            oauth2RevokeUrl: `${root}/revoke`,
          },
        }
      : {}),
  });
}

function createDrive(api: drive_v3.Drive): Drive {
  return {
    account: () =>
      translated(async () => {
        const { data } = await api.about.get({ fields: 'user(emailAddress)' }, ONCE);
        return data.user?.emailAddress ?? '';
      }),
    startPageToken: () =>
      translated(async () => {
        const { data } = await api.changes.getStartPageToken({ supportsAllDrives: true }, ONCE);
        return needed(data.startPageToken);
      }),
    list: (pageToken) =>
      translated(async () => {
        const { data } = await api.files.list(
          {
            ...ALL_DRIVES,
            ...(pageToken === undefined ? {} : { pageToken }),
            q: 'trashed = false',
            corpora: 'allDrives',
            pageSize: PAGE_SIZE,
            fields: `nextPageToken,incompleteSearch,files(${ENTRY})`,
          },
          ONCE,
        );
        // Part of the Drives did not answer in time: taken for the whole, it would delete what they hold.
        if (data.incompleteSearch === true) throw new AppError('DRIVE_UNAVAILABLE');
        return { entries: listed(data.files).map(toEntry), nextPageToken: data.nextPageToken ?? undefined };
      }),
    changes: (pageToken) =>
      translated(async () => {
        const { data } = await api.changes.list(
          {
            ...ALL_DRIVES,
            pageToken,
            pageSize: PAGE_SIZE,
            includeRemoved: true,
            fields: `nextPageToken,newStartPageToken,changes(changeType,fileId,removed,file(${ENTRY}))`,
          },
          ONCE,
        );
        const changes = listed(data.changes)
          .filter((change) => change.changeType !== 'drive' && typeof change.fileId === 'string')
          .map(({ fileId, removed, file }) => ({
            id: needed(fileId),
            entry: removed === true || !file ? undefined : toEntry(file),
          }));
        return {
          changes,
          nextPageToken: data.nextPageToken ?? undefined,
          newStartPageToken: data.newStartPageToken ?? undefined,
        };
      }),
    get: (id) =>
      translated(async () => {
        try {
          const { data } = await api.files.get({ fileId: id, supportsAllDrives: true, fields: ENTRY }, ONCE);
          return toEntry(data);
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    read: ({ id, mimeType }) =>
      translated(async () => {
        const format = exportFormat(mimeType);
        const silence = new AbortController();
        const options = { retry: false, responseType: 'stream', signal: silence.signal } as const;
        return withinSilence(silence, async () => {
          const answer = format
            ? await api.files.export({ fileId: id, mimeType: format.contentType }, options)
            : await api.files.get({ fileId: id, alt: 'media', supportsAllDrives: true }, options);
          return answer.data;
        });
      }),
  };
}

/** The client's own timeout would end a large file in the middle: here only silence ends it. */
async function withinSilence(silence: AbortController, ask: () => Promise<Readable>): Promise<Readable> {
  const timer = setTimeout(() => silence.abort(), TIMEOUT_MS);
  try {
    return Readable.from(refreshing(timer, await ask()), { objectMode: false });
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

async function* refreshing(timer: NodeJS.Timeout, body: Readable): AsyncGenerator<unknown> {
  try {
    for await (const chunk of body) {
      timer.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A list that is left out is a broken answer: taken for an empty one, it would delete everything. */
function listed<T>(list: T[] | undefined): T[] {
  if (!Array.isArray(list))
    throw new AppError('DRIVE_UNAVAILABLE', { detail: 'Google Drive returned a response without a list.' });
  return list;
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateGoogleError(error);
  }
}

function toEntry(file: drive_v3.Schema$File): DriveEntry {
  const id = needed(file.id);
  return {
    id,
    name: file.name ?? id,
    mimeType: file.mimeType ?? 'application/octet-stream',
    parent: file.parents?.[0],
    trashed: file.trashed ?? false,
    // Google's own documents have no checksum, and their version rises when they are renamed or moved as well.
    fingerprint: file.md5Checksum ?? file.modifiedTime ?? file.version ?? '',
    size: file.size ? Number(file.size) : undefined,
    md5: file.md5Checksum ?? undefined,
    targetId: file.shortcutDetails?.targetId ?? undefined,
  };
}

function needed(value: string | null | undefined): string {
  if (typeof value !== 'string')
    throw new AppError('DRIVE_UNAVAILABLE', { detail: 'Google Drive returned a response without an id.' });
  return value;
}
