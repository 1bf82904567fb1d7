import type { drive_v3 } from 'googleapis';
import { type Answer, type Exchange, type GoogleState, jsonAnswer } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { type DriveItem, FOLDER, SHORTCUT } from './drive-store.ts';
import { exportDocument, isGoogleDocument } from './export.ts';
import { applyMask, parseFields } from './field-mask.ts';
import { type PlacedItem, parseQuery, place } from './file-query.ts';
import { meetFault } from './meet-fault.ts';

const BASE = '/drive/v3';
const DEFAULT_FILE_FIELDS = 'kind,id,name,mimeType,resourceKey';
const READING_SCOPES = ['drive', 'drive.readonly', 'drive.file'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);

interface Call {
  state: GoogleState;
  account: string;
  exchange: Exchange;
}

/** The part of Drive API v3 that reads: about, files (list, get, export), changes, drives. Undefined for other paths. */
export async function routeDrive(state: GoogleState, exchange: Exchange): Promise<Answer | undefined> {
  if (!exchange.path.startsWith(`${BASE}/`)) return undefined;
  const parts = exchange.path
    .slice(BASE.length + 1)
    .split('/')
    .map(decodeURIComponent);
  const { operation, fileId, handle } = chooseOperation(exchange, parts);
  const access = state.grants.access(/^Bearer (.+)$/.exec(exchange.headers.authorization ?? '')?.[1] ?? '');
  const target = { operation, account: access?.account, fileId };
  state.requests.note(target);
  if (!access) throw new GoogleError(401, 'authError', 'Invalid Credentials');
  if (!access.scope.split(' ').some((scope) => READING_SCOPES.includes(scope))) {
    throw new GoogleError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
  }
  return meetFault(state.faults.take(target), () => handle({ state, account: access.account, exchange }));
}

function chooseOperation(
  { method, query }: Exchange,
  parts: string[],
): { operation: string; fileId?: string; handle(call: Call): Answer | Promise<Answer> } {
  const [noun, id, verb] = parts;
  const key = `${method} ${noun}${id === undefined ? '' : '/*'}${verb === undefined ? '' : `/${verb}`}`;
  switch (key) {
    case 'GET about':
      return { operation: 'about.get', handle: about };
    case 'GET drives':
      return { operation: 'drives.list', handle: listDrives };
    case 'GET files':
      return { operation: 'files.list', handle: listFiles };
    case 'GET changes/*':
      if (id === 'startPageToken') return { operation: 'changes.getStartPageToken', handle: startPageToken };
      break;
    case 'GET changes':
      return { operation: 'changes.list', handle: listChanges };
    case 'GET files/*':
      if (id === undefined) break;
      return query.get('alt') === 'media'
        ? { operation: 'files.media', fileId: id, handle: (call) => download(call, id) }
        : { operation: 'files.get', fileId: id, handle: (call) => getFile(call, id) };
    case 'GET files/*/export':
      if (id !== undefined) return { operation: 'files.export', fileId: id, handle: (call) => exportFile(call, id) };
  }
  throw new GoogleError(404, 'notFound', `The stand-in has no ${method} ${BASE}/${parts.join('/')}`);
}

function about({ account, exchange }: Call): Answer {
  const fields = exchange.query.get('fields');
  if (!fields) throw new GoogleError(400, 'required', "The 'fields' parameter is required for this method.");
  const answer: drive_v3.Schema$About = {
    kind: 'drive#about',
    user: { kind: 'drive#user', displayName: account.replace(/@.*/, ''), me: true, emailAddress: account },
  };
  return jsonAnswer(200, applyMask(answer, parseFields(fields)));
}

function listDrives({ state, account }: Call): Answer {
  const ids = new Set(state.drives.items(account).flatMap(({ driveId }) => driveId ?? []));
  const drives: drive_v3.Schema$Drive[] = [...ids].map((id) => ({ kind: 'drive#drive', id, name: id }));
  const answer: drive_v3.Schema$DriveList = { kind: 'drive#driveList', drives };
  return jsonAnswer(200, answer);
}

function listFiles({ state, account, exchange: { query } }: Call): Answer {
  const matches = parseQuery(query.get('q') ?? undefined);
  const size = pageSize(query, 100);
  const from = Number(query.get('pageToken') ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new GoogleError(400, 'invalid', 'Invalid Value');
  const everything = place(state.drives.items(account)).filter(
    (item) => matches(inRoot(item, account)) && (item.driveId === undefined || wantsSharedDrives(query)),
  );
  const answer: drive_v3.Schema$FileList = {
    kind: 'drive#fileList',
    incompleteSearch: false,
    files: everything.slice(from, from + size).map((item) => toFile(item, account)),
    ...(from + size < everything.length ? { nextPageToken: String(from + size) } : {}),
  };
  const fields = query.get('fields') ?? `kind,nextPageToken,incompleteSearch,files(${DEFAULT_FILE_FIELDS})`;
  return jsonAnswer(200, applyMask(answer, parseFields(fields)));
}

function getFile(call: Call, id: string): Answer {
  const item = findItem(call, id);
  const fields = call.exchange.query.get('fields') ?? DEFAULT_FILE_FIELDS;
  return jsonAnswer(200, applyMask(toFile(item, call.account), parseFields(fields)));
}

function download(call: Call, id: string): Answer {
  const item = findItem(call, id);
  if (item.mimeType === FOLDER || isGoogleDocument(item.mimeType)) {
    throw new GoogleError(403, 'fileNotDownloadable', 'Only files with binary content can be downloaded. Use Export.');
  }
  const body = call.state.drives.content(call.account, id) ?? new Uint8Array();
  return { status: 200, headers: { 'content-type': item.mimeType }, body };
}

async function exportFile(call: Call, id: string): Promise<Answer> {
  const item = findItem(call, id);
  const wanted = call.exchange.query.get('mimeType') ?? '';
  const content = call.state.drives.content(call.account, id) ?? new Uint8Array();
  return {
    status: 200,
    headers: { 'content-type': wanted },
    body: await exportDocument(item.mimeType, wanted, content),
  };
}

function startPageToken({ state }: Call): Answer {
  const answer: drive_v3.Schema$StartPageToken = {
    kind: 'drive#startPageToken',
    startPageToken: String(state.drives.lastSequence()),
  };
  return jsonAnswer(200, answer);
}

function listChanges({ state, account, exchange: { query } }: Call): Answer {
  const after = Number(query.get('pageToken') ?? Number.NaN);
  const newest = state.drives.lastSequence();
  if (!Number.isInteger(after) || after < 0 || after > newest) throw new GoogleError(400, 'invalid', 'Invalid Value');
  const size = pageSize(query, 100);
  const entries = state.drives.changes(account, after, size + 1);
  const page = entries.slice(0, size);
  const items = new Map(place(state.drives.items(account)).map((item) => [item.id, item]));
  const changes = page.flatMap(({ itemId }): drive_v3.Schema$Change[] => {
    const item = items.get(itemId);
    if (!item) return [{ kind: 'drive#change', changeType: 'file', fileId: itemId, removed: true }];
    if (item.driveId !== undefined && !wantsSharedDrives(query)) return [];
    return [{ kind: 'drive#change', changeType: 'file', fileId: itemId, removed: false, file: toFile(item, account) }];
  });
  const answer: drive_v3.Schema$ChangeList = {
    kind: 'drive#changeList',
    changes,
    ...(entries.length > size
      ? { nextPageToken: String(page.at(-1)?.sequence) }
      : { newStartPageToken: String(newest) }),
  };
  const fields =
    query.get('fields') ??
    `kind,nextPageToken,newStartPageToken,changes(kind,changeType,fileId,removed,file(${DEFAULT_FILE_FIELDS}))`;
  return jsonAnswer(200, applyMask(answer, parseFields(fields)));
}

function findItem({ state, account, exchange }: Call, id: string): PlacedItem {
  const wanted = id === 'root' ? rootId(account) : id;
  if (wanted === rootId(account)) return rootFolder(account);
  const item = state.drives.item(account, id);
  if (!item || (item.driveId !== undefined && exchange.query.get('supportsAllDrives') !== 'true')) {
    throw new GoogleError(404, 'notFound', `File not found: ${id}.`);
  }
  return { ...item, isTrashed: isInTrash(state, account, item) };
}

/** One path upwards: a download is asked for often, and a Drive may hold thousands of files. */
function isInTrash(state: GoogleState, account: string, item: DriveItem): boolean {
  if (item.trashed) return true;
  const folder = state.drives.item(account, item.parent);
  return folder !== undefined && isInTrash(state, account, folder);
}

/** The top folder has an id of its own, by which Google names it in `parents`. */
function rootId(account: string): string {
  return `0A${Buffer.from(account).toString('base64url')}`;
}

function rootFolder(account: string): PlacedItem {
  const epoch = new Date(0).toISOString();
  return {
    ...{ id: rootId(account), parent: '', name: 'My Drive', mimeType: FOLDER, trashed: false, isTrashed: false },
    ...{ version: 1, size: undefined, md5: undefined, createdTime: epoch, modifiedTime: epoch },
    ...{ driveId: undefined, targetId: undefined },
  };
}

function inRoot(item: PlacedItem, account: string): PlacedItem {
  return item.parent === 'root' ? { ...item, parent: rootId(account) } : item;
}

function toFile(item: PlacedItem, account: string): drive_v3.Schema$File {
  const hasBytes = item.size !== undefined && !isGoogleDocument(item.mimeType);
  return {
    kind: 'drive#file',
    id: item.id,
    name: item.name,
    mimeType: item.mimeType,
    ...(item.parent === '' ? {} : { parents: [item.parent === 'root' ? rootId(account) : item.parent] }),
    trashed: item.isTrashed,
    explicitlyTrashed: item.trashed,
    version: String(item.version),
    createdTime: item.createdTime,
    modifiedTime: item.modifiedTime,
    ownedByMe: item.driveId === undefined,
    capabilities: { canDownload: true },
    ...(item.driveId === undefined ? {} : { driveId: item.driveId }),
    ...(hasBytes ? { size: String(item.size), md5Checksum: item.md5 ?? null } : {}),
    ...(item.mimeType === SHORTCUT ? { shortcutDetails: shortcutOf(item) } : {}),
  };
}

function shortcutOf(item: DriveItem): { targetId?: string } {
  return item.targetId === undefined ? {} : { targetId: item.targetId };
}

function wantsSharedDrives(query: URLSearchParams): boolean {
  return query.get('includeItemsFromAllDrives') === 'true' && query.get('supportsAllDrives') === 'true';
}

function pageSize(query: URLSearchParams, fallback: number): number {
  const size = Number(query.get('pageSize') ?? fallback);
  if (!Number.isInteger(size) || size < 1 || size > 1_000) {
    throw new GoogleError(400, 'invalidParameter', 'Values must be within the range: [1, 1000]');
  }
  return size;
}
