import { integer, MIB, type Settings } from './kinds.ts';

export const FILES = {
  MAX_FILE_BYTES: { schema: integer(1024 * MIB, 1, 50 * 1024 * MIB), doc: 'Bytes of one file.' },
  UPLOAD_TTL_SECONDS: {
    schema: integer(900, 1, 86_400),
    doc: 'Seconds that the signed addresses of an upload are valid.',
  },
  SWEEP_AFTER_SECONDS: {
    schema: integer(30, 1, 3_600),
    doc: 'Seconds after which the sweep, which comes every minute, sends on what no message has.',
  },
  STAGE_LEASE_SECONDS: {
    schema: integer(30, 1, 900),
    doc: 'Seconds after which the work of a stage that was killed is taken over.',
  },
  OUTBOX_LEASE_SECONDS: {
    schema: integer(30, 1, 900),
    doc: 'Seconds after which passages are taken over whose publisher was killed on the way to the vector store; 3 times `QDRANT_TIMEOUT_MS` at least.',
  },
  OUTBOX_MAX_ATTEMPTS: {
    schema: integer(10, 1, 100),
    doc: 'How often a passage that the vector store refuses is sent before its file has failed.',
  },
  PARSE_WINDOW_TIMEOUT_MS: {
    schema: integer(60_000, 100, 600_000),
    doc: 'Milliseconds that reading one window of a file, some pages, may take; four times as long on a machine so busy that the reader hardly runs.',
  },
  MAX_TEXT_CHARS: {
    schema: integer(100_000_000, 1, 1_000_000_000),
    doc: 'Characters of text in one document, with all files nested in it; a book has 500,000.',
  },
  ARCHIVE_MAX_FILES: {
    schema: integer(2_000, 1, 100_000),
    doc: 'Files that archives and mails may hold, with what is nested in them.',
  },
  ARCHIVE_MAX_BYTES: {
    schema: integer(1024 * MIB, 1, 50 * 1024 * MIB),
    doc: 'Bytes that archives and mails may hold, unpacked and with what is nested in them.',
  },
  ARCHIVE_MAX_DEPTH: { schema: integer(3, 1, 20), doc: 'How deep archives and mails may lie in each other.' },
  PARSE_MEMORY_MB: {
    schema: integer(600, 128, 8_192),
    doc: 'MB of memory that the process which reads a file may take.',
  },
} satisfies Settings;
