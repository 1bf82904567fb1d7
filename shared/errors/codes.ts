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
    title: 'The request is not valid; see "errors" for the fields to correct.',
  },
  MALFORMED_JSON: { status: 400, retry: 'counted', title: 'The request body is not valid JSON.' },
  INVALID_FILENAME: {
    status: 400,
    retry: 'never',
    title: 'The file name cannot be used; choose a name with visible characters.',
  },
  INVALID_TOKEN: { status: 401, retry: 'counted', title: 'Sign in again: the token is missing, expired or not valid.' },
  INVALID_CREDENTIALS: { status: 401, retry: 'counted', title: 'The login or the password is wrong.' },
  FORBIDDEN: { status: 403, retry: 'counted', title: 'Your account may not do this.' },
  NOT_FOUND: { status: 404, retry: 'counted', title: 'There is nothing here, or it is not yours.' },
  REGISTRATION_CLOSED: {
    status: 403,
    retry: 'counted',
    title: 'Accounts are made by whoever runs this system: ask them for one.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: 'counted',
    title: 'This address does not take this method; see the header Allow.',
  },
  ACCOUNT_EXISTS: {
    status: 409,
    retry: 'counted',
    title: 'An account with this e-mail address or user name exists already.',
  },
  CONFLICT: {
    status: 409,
    retry: 'counted',
    title: 'The request contradicts the present state; read it again and retry.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 409,
    retry: 'counted',
    title: 'This Idempotency-Key was used before with another request.',
  },
  REQUEST_TOO_LARGE: { status: 413, retry: 'counted', title: 'The request body is longer than allowed.' },
  RANGE_NOT_SATISFIABLE: { status: 416, retry: 'counted', title: 'The requested range lies outside the file.' },
  UNSUPPORTED_TYPE: { status: 415, retry: 'never', title: 'Files of this type cannot be read yet.' },

  // what only the bytes of a file can show
  EMPTY_FILE: { status: 400, retry: 'never', title: 'The file is empty.' },
  FILE_TOO_LARGE: { status: 413, retry: 'never', title: 'The file is larger than the limit.' },
  TYPE_MISMATCH: { status: 415, retry: 'never', title: 'The content of the file is not what its name or type says.' },
  SIZE_MISMATCH: {
    status: 422,
    retry: 'never',
    title: 'The number of bytes that arrived differs from the declared size.',
  },
  CHECKSUM_MISMATCH: {
    status: 422,
    retry: 'never',
    title: 'The SHA-256 of the bytes that arrived differs from the declared one.',
  },
  UPLOAD_EXPIRED: { status: 410, retry: 'never', title: 'The upload was not finished in time; upload the file again.' },
  ENCRYPTED_DOCUMENT: {
    status: 422,
    retry: 'never',
    title: 'The document is locked with a password; store a copy without one.',
  },
  DAMAGED_FILE: { status: 422, retry: 'never', title: 'The file is damaged and could not be read.' },
  PARSE_TIMEOUT: { status: 422, retry: 'never', title: 'Reading the file took longer than allowed.' },
  RESOURCE_LIMIT: { status: 422, retry: 'never', title: 'Reading the file needed more memory than allowed.' },
  IMAGE_TOO_LARGE: {
    status: 422,
    retry: 'never',
    title: 'The picture has more pixels than can be read; store a smaller copy.',
  },
  ARCHIVE_LIMIT: { status: 422, retry: 'never', title: 'The file unpacks to more than allowed.' },
  CODEC_UNAVAILABLE: {
    status: 422,
    retry: 'never',
    title: 'The sound of the file needs a decoder that is not on this machine.',
  },
  XML_UNSAFE: {
    status: 422,
    retry: 'never',
    title: 'The file holds XML with a document type or entities, which is refused.',
  },
  INDEX_FAILED: {
    status: 422,
    retry: 'counted',
    title: 'The search index refused the file several times; reprocess it later.',
  },
  EXPORT_FAILED: {
    status: 503,
    retry: 'counted',
    title: 'The archive could not be built after several attempts; ask for it again, later if need be.',
  },
  PROCESSING_FAILED: {
    status: 422,
    retry: 'counted',
    title: 'The file could not be processed after several attempts.',
  },

  // models
  MODEL_UNAVAILABLE: { status: 503, retry: 'outage', title: 'A model that is needed cannot be loaded.' },
  EMBEDDING_SIZE_MISMATCH: {
    status: 500,
    retry: 'counted',
    title: 'The embedding model answered vectors of another size than the index holds.',
  },
  EMBEDDING_MODEL_CHANGED: { status: 500, retry: 'outage', title: 'The index was filled by another embedding model.' },

  // Google Drive
  OAUTH_STATE_INVALID: {
    status: 400,
    retry: 'counted',
    title: 'This consent was not begun here, or it was used or is too old; connect the Drive again.',
  },
  OAUTH_DENIED: {
    status: 400,
    retry: 'counted',
    title: 'Access to the Drive was not allowed, so nothing was connected.',
  },
  OAUTH_EXCHANGE_FAILED: {
    status: 400,
    retry: 'counted',
    title: 'Google did not accept the consent; connect the Drive again.',
  },
  OAUTH_SCOPE_MISSING: {
    status: 400,
    retry: 'counted',
    title: 'The consent does not include reading the Drive; connect it again and leave the box checked.',
  },
  DRIVE_NOT_CONFIGURED: {
    status: 404,
    retry: 'counted',
    title: 'Google Drive is not set up here; see GOOGLE_CLIENT_ID in the README.',
  },
  DRIVE_NOT_CONNECTED: { status: 409, retry: 'counted', title: 'No Google Drive is connected.' },
  REAUTH_REQUIRED: {
    status: 409,
    retry: 'counted',
    title: 'Google does not accept the consent any more; connect the Drive again.',
  },
  DRIVE_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'Google Drive does not answer at the moment; it is tried again later.',
  },
  DRIVE_RATE_LIMITED: { status: 503, retry: 'outage', title: 'Google Drive asks to wait; it is tried again later.' },
  DRIVE_FILE_UNREADABLE: { status: 422, retry: 'never', title: 'Google Drive does not give out this file.' },

  // the system
  TOO_MANY_ATTEMPTS: { status: 429, retry: 'counted', title: 'Too many attempts; wait a little and try again.' },
  RATE_LIMITED: {
    status: 429,
    retry: 'counted',
    title: 'You ask more often than allowed; wait a little and try again.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    retry: 'never',
    title: 'Your allowance for files is used up; delete some to make room.',
  },
  DEPENDENCY_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'A part of the system does not answer; try again shortly.',
  },
  SEARCH_UNAVAILABLE: {
    status: 503,
    retry: 'outage',
    title: 'Search is not available at the moment; try again shortly.',
  },
  INTEGRITY_ERROR: {
    status: 500,
    retry: 'counted',
    title: 'The stored bytes are not what was written, so they are not given out.',
  },
  INTERNAL_ERROR: { status: 500, retry: 'counted', title: 'Something went wrong on our side.' },
} as const satisfies Record<string, { status: number; retry: Retry; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
