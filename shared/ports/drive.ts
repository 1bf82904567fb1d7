import type { Readable } from 'node:stream';

/** A file, folder or shortcut in a person's Drive. */
export interface DriveEntry {
  id: string;
  name: string;
  /** Google's own documents have a type of Google's and no bytes; they are exported. */
  mimeType: string;
  /** Folder it lies in; undefined where the person does not see that folder. */
  parent: string | undefined;
  /** In the trash, itself or with a folder above it. */
  trashed: boolean;
  /** Another one means that the content may have changed; renaming and moving leave it as it is. */
  fingerprint: string;
  /** Bytes; undefined for what is exported. */
  size: number | undefined;
  /** MD5 of the bytes in hexadecimal, where the Drive knows it. */
  md5: string | undefined;
  /** What a shortcut leads to. */
  targetId: string | undefined;
}

export interface DriveListing {
  entries: DriveEntry[];
  nextPageToken: string | undefined;
}

export interface DriveChanges {
  /** `entry` is undefined for what was deleted for ever or is not shared any more. */
  changes: { id: string; entry: DriveEntry | undefined }[];
  /** More follows there. */
  nextPageToken: string | undefined;
  /** Where the next look begins, at the end of the log. */
  newStartPageToken: string | undefined;
}

/**
 * The Drive of one person.
 * Every method throws AppError: REAUTH_REQUIRED when the consent is gone, DRIVE_UNAVAILABLE and DRIVE_RATE_LIMITED when
 * trying later helps.
 */
export interface Drive {
  /** The e-mail address of the account. */
  account(): Promise<string>;
  startPageToken(): Promise<string>;
  /** Everything that is not in the trash, shared drives included. */
  list(pageToken: string | undefined): Promise<DriveListing>;
  changes(pageToken: string): Promise<DriveChanges>;
  /** Undefined for what is not there or not shared with the person. */
  get(id: string): Promise<DriveEntry | undefined>;
  /** The bytes, of Google's own documents those of {@link exportFormat}. @throws AppError DRIVE_FILE_UNREADABLE as well */
  read(entry: Pick<DriveEntry, 'id' | 'mimeType'>): Promise<Readable>;
}

/** How people let OmniRAG into their Drive. */
export interface DriveProvider {
  /** The scope that is asked for; without it nothing can be read. */
  scope: string;
  authorizationUrl(request: { state: string; codeChallenge: string }): string;
  /** @throws AppError OAUTH_EXCHANGE_FAILED, DRIVE_UNAVAILABLE */
  exchange(code: string, codeVerifier: string): Promise<{ refreshToken: string | undefined; scopes: string[] }>;
  open(refreshToken: string): Drive;
  /** A token that is not valid any more counts as revoked. @throws AppError DRIVE_UNAVAILABLE */
  revoke(refreshToken: string): Promise<void>;
}

export const FOLDER_TYPE = 'application/vnd.google-apps.folder';
export const SHORTCUT_TYPE = 'application/vnd.google-apps.shortcut';

/** What one of Google's own documents is exported as; undefined for other types. */
export function exportFormat(mimeType: string): { contentType: string; extension: string } | undefined {
  return EXPORT_FORMATS.get(mimeType);
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';
// Markdown keeps a Doc's headings and tables and is a tenth of the size of its DOCX.
const EXPORT_FORMATS = new Map([
  ['application/vnd.google-apps.document', { contentType: 'text/markdown', extension: 'md' }],
  ['application/vnd.google-apps.spreadsheet', { contentType: `${OFFICE}.spreadsheetml.sheet`, extension: 'xlsx' }],
  [
    'application/vnd.google-apps.presentation',
    { contentType: `${OFFICE}.presentationml.presentation`, extension: 'pptx' },
  ],
]);
