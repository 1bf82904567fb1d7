export interface OutboxLimits {
  /** So long what one publisher took stays its own, unless it renews that. */
  leaseSeconds: number;
  /** Refusals of a chunk until its file is FAILED; outages may be ten times as many. */
  maxAttempts: number;
  /** The longest a request to the vector store may run before the client gives it up. */
  clientTimeoutMs: number;
}
