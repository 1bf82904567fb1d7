import { integer, MIB, type Settings } from './kinds.ts';

export const FILES = {
  MAX_FILE_BYTES: { schema: integer(1024 * MIB, 1, 50 * 1024 * MIB), doc: 'Maximum size of a file, in bytes.' },
  UPLOAD_TTL_SECONDS: {
    schema: integer(900, 1, 86_400),
    doc: 'Seconds until the signed addresses of an upload expire.',
  },
  SWEEP_AFTER_SECONDS: {
    schema: integer(30, 1, 3_600),
    doc: 'Seconds without progress after which the sweep, which runs every minute, sends the message of a file again.',
  },
  STAGE_LEASE_SECONDS: {
    schema: integer(30, 1, 900),
    doc: 'Seconds after which another worker takes over from a stage that was killed.',
  },
  OUTBOX_LEASE_SECONDS: {
    schema: integer(30, 1, 900),
    doc: 'Seconds after which another worker takes over from a publisher that was killed; at least 3 times `QDRANT_TIMEOUT_MS`.',
  },
  OUTBOX_MAX_ATTEMPTS: {
    schema: integer(10, 1, 100),
    doc: 'How often a passage that the vector store rejects is sent before its file fails.',
  },
  PARSE_WINDOW_TIMEOUT_MS: {
    schema: integer(60_000, 100, 600_000),
    doc: 'Time limit in milliseconds for reading one window of a file (up to 50 pages); four times as long on a very busy machine.',
  },
  MAX_TEXT_CHARS: {
    schema: integer(100_000_000, 1, 1_000_000_000),
    doc: 'Maximum number of characters of text in one document, including all files nested in it; a book has about 500,000.',
  },
  ARCHIVE_MAX_FILES: {
    schema: integer(2_000, 1, 100_000),
    doc: 'Maximum number of files in an archive or email, including nested ones.',
  },
  ARCHIVE_MAX_BYTES: {
    schema: integer(1024 * MIB, 1, 50 * 1024 * MIB),
    doc: 'Maximum unpacked size of an archive or email in bytes, including nested files.',
  },
  ARCHIVE_MAX_DEPTH: { schema: integer(3, 1, 20), doc: 'How deep archives and emails may be nested.' },
  PARSE_MEMORY_MB: {
    schema: integer(600, 128, 8_192),
    doc: 'Memory limit of the process that reads a file, in MB.',
  },
} satisfies Settings;
