/**
 * What a worker does after a failure. `never`: it lies in the file itself, its name or its size, and the same again would
 * end the same. `outage`: a part is away or set up wrong; waiting helps, the work is not to blame, and no attempt is
 * counted. `counted`: whatever else it is, a defect too, it is tried again a few times and then given up; answers to
 * requests, which no worker meets, are among these.
 */
export type Retry = 'never' | 'outage' | 'counted';

/**
 * Every error code OmniRAG can answer with or store on a file: its HTTP status, whether work is tried again after it and
 * the sentence a person reads. `detail` given to {@link AppError} replaces the sentence where something more exact can be said.
 */
export const ERROR_CODES = {
  // requests
  VALIDATION_ERROR: {
    status: 400,
    retry: 'counted',
    title: 'The request is not valid. Correct the fields listed in "errors".',
  },
  MALFORMED_JSON: { status: 400, retry: 'counted', title: 'The request body is not valid JSON.' },
  INVALID_FILENAME: {
    status: 400,
    retry: 'never',
    title: 'This file name cannot be used. Choose a name with visible characters.',
  },
  INVALID_TOKEN: { status: 401, retry: 'counted', title: 'The token is missing, expired or not valid. Sign in again.' },
  INVALID_CREDENTIALS: {
    status: 401,
    retry: 'counted',
    title: 'The email address, username or password is incorrect.',
  },
  FORBIDDEN: { status: 403, retry: 'counted', title: 'Your account is not allowed to do this.' },
  NOT_FOUND: { status: 404, retry: 'counted', title: 'This does not exist, or you do not have access to it.' },
  REGISTRATION_CLOSED: {
    status: 403,
    retry: 'counted',
    title: 'Registration is closed. Ask the administrator for an account.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: 'counted',
    title: 'This address does not support this method. The Allow header lists those it supports.',
  },
  ACCOUNT_EXISTS: {
    status: 409,
    retry: 'counted',
    title: 'An account with this email address or username already exists.',
  },
  CONFLICT: {
    status: 409,
    retry: 'counted',
    title: 'The request conflicts with the current state. Fetch the current state and try again.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 409,
    retry: 'counted',
    title: 'This Idempotency-Key was already used for a different request. Use a new key.',
  },
  REQUEST_TOO_LARGE: { status: 413, retry: 'counted', title: 'The request body is larger than allowed.' },
  RANGE_NOT_SATISFIABLE: { status: 416, retry: 'counted', title: 'The requested range is outside the file.' },
  UNSUPPORTED_TYPE: { status: 415, retry: 'never', title: 'Files of this type are not supported.' },

  // what only the bytes of a file can show
  EMPTY_FILE: { status: 400, retry: 'never', title: 'The file is empty.' },
  FILE_TOO_LARGE: { status: 413, retry: 'never', title: 'The file is larger than allowed.' },
  TYPE_MISMATCH: { status: 415, retry: 'never', title: 'The content of the file does not match its name or type.' },
  SIZE_MISMATCH: {
    status: 422,
    retry: 'never',
    title: 'The number of bytes received differs from the declared size. Upload the file again.',
  },
  CHECKSUM_MISMATCH: {
    status: 422,
    retry: 'never',
    title: 'The SHA-256 of the bytes received differs from the declared one. Upload the file again.',
  },
  UPLOAD_EXPIRED: {
    status: 410,
    retry: 'never',
    title: 'The upload expired before it was finished. Upload the file again.',
  },
  ENCRYPTED_DOCUMENT: {
    status: 422,
    retry: 'never',
    title: 'The document is protected with a password. Upload a copy without one.',
  },
  DAMAGED_FILE: { status: 422, retry: 'never', title: 'The file is damaged and could not be read.' },
  PARSE_TIMEOUT: { status: 422, retry: 'never', title: 'Reading the file took longer than allowed.' },
  RESOURCE_LIMIT: { status: 422, retry: 'never', title: 'Reading the file needed more memory than allowed.' },
  IMAGE_TOO_LARGE: {
    status: 422,
    retry: 'never',
    title: 'The picture has more pixels than allowed. Upload a smaller copy.',
  },
  ARCHIVE_LIMIT: { status: 422, retry: 'never', title: 'The unpacked file is larger than allowed.' },
  CODEC_UNAVAILABLE: {
    status: 422,
    retry: 'never',
    title: 'The audio in this file needs a decoder that is not installed.',
  },
  XML_UNSAFE: {
    status: 422,
    retry: 'never',
    title: 'The file contains XML with a document type or entities. For security, such files are not read.',
  },
  INDEX_FAILED: {
    status: 422,
    retry: 'counted',
    title: 'The search index rejected the file several times. Reprocess the file later.',
  },
  EXPORT_FAILED: {
    status: 503,
    retry: 'counted',
    title: 'The archive could not be built after several attempts. Request it again later.',
  },
  PROCESSING_FAILED: {
    status: 422,
    retry: 'counted',
    title: 'The file could not be processed after several attempts.',
  },

  // models
  MODEL_UNAVAILABLE: { status: 503, retry: 'outage', title: 'A required model cannot be loaded.' },
  EMBEDDING_SIZE_MISMATCH: {
    status: 500,
    retry: 'counted',
    title: 'The embedding model returned vectors of a different size than the index holds.',
  },
  EMBEDDING_MODEL_CHANGED: {
    status: 500,
    retry: 'outage',
    title: 'The index was built with a different embedding model.',
  },

  // Google Drive
  OAUTH_STATE_INVALID: {
    status: 400,
    retry: 'counted',
    title: 'This connection request was not started here, was already used or has expired. Connect Google Drive again.',
  },
  OAUTH_DENIED: {
    status: 400,
    retry: 'counted',
    title: 'Access to Google Drive was not allowed, so nothing was connected.',
  },
  OAUTH_EXCHANGE_FAILED: {
    status: 400,
    retry: 'counted',
    title: 'Google did not accept the connection request. Connect Google Drive again.',
  },
  OAUTH_SCOPE_MISSING: {
    status: 400,
    retry: 'counted',
    title:
      'OmniRAG has no permission to read your Google Drive. Connect it again and check the box that allows reading your files.',
  },
  DRIVE_NOT_CONFIGURED: {
    status: 404,
    retry: 'counted',
    title: 'Google Drive is not set up on this system. See GOOGLE_CLIENT_ID in the README.',
  },
  DRIVE_NOT_CONNECTED: { status: 409, retry: 'counted', title: 'No Google Drive is connected.' },
  REAUTH_REQUIRED: {
    status: 409,
    retry: 'counted',
    title: 'Access to Google Drive was revoked or has expired. Connect Google Drive again.',
  },
  DRIVE_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'Google Drive is not responding. Syncs are retried automatically; try other requests again later.',
  },
  DRIVE_RATE_LIMITED: {
    status: 503,
    retry: 'outage',
    title: 'Google Drive is limiting requests. Syncs are retried automatically; try other requests again later.',
  },
  DRIVE_FILE_UNREADABLE: {
    status: 422,
    retry: 'never',
    title: 'Google Drive does not allow this file to be downloaded.',
  },

  // the system
  TOO_MANY_ATTEMPTS: { status: 429, retry: 'counted', title: 'Too many attempts. Wait a moment and try again.' },
  RATE_LIMITED: {
    status: 429,
    retry: 'counted',
    title: 'Too many requests. Wait a moment and try again.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    retry: 'never',
    title: 'Your storage quota is used up. Delete some files to make room.',
  },
  DEPENDENCY_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'A part of the system is not responding. Try again shortly.',
  },
  SEARCH_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'Search is unavailable right now. Try again shortly.',
  },
  INTEGRITY_ERROR: {
    status: 500,
    retry: 'counted',
    title: 'The stored data failed its integrity check, so it was not returned.',
  },
  INTERNAL_ERROR: { status: 500, retry: 'counted', title: 'Something went wrong on the server. Try again later.' },
} as const satisfies Record<string, { status: number; retry: Retry; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
