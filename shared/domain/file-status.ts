export const FILE_SOURCES = ['api', 'bucket', 'watch', 'drive'] as const;
export type FileSource = (typeof FILE_SOURCES)[number];

export const FILE_STATUSES = ['UPLOADING', 'STORED', 'EXTRACTED', 'CHUNKED', 'EMBEDDED', 'READY', 'FAILED'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type SyncStatus = 'PENDING' | 'SYNCED' | 'FAILED';
