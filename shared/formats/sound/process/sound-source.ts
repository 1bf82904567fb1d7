/** A recording that is being decoded by a process of its own, as 16 kHz mono. */
export interface SoundSource {
  /**
   * The next `count` samples, −1 to 1; fewer only at the end of the recording.
   * @throws AppError DAMAGED_FILE, CODEC_UNAVAILABLE, PARSE_TIMEOUT, RESOURCE_LIMIT: the same bytes would fail again
   * @throws Error when the process was ended from outside or could not start: worth another attempt
   */
  read(count: number): Promise<Float32Array>;
  /** Length of the whole recording as it announces it, once something was read. */
  declaredSeconds(): number | undefined;
  /** Complete once the end was read. */
  warnings(): string[];
  /** Ends the process, whatever it does, and waits until it is gone. */
  end(): Promise<void>;
}

export interface SoundOrder {
  /** Of the plain file on disk. */
  path: string;
  formatId: string;
  /** Where reading begins. */
  fromSample: number;
  limits: SoundLimits;
}

export interface SoundLimits {
  /** For the samples of one `read`; the first may also pass over what lies before `fromSample`. */
  windowTimeoutMs: number;
  /** Resident memory of the process that decodes, in MiB. */
  memoryMb: number;
}
