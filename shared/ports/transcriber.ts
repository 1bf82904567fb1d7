/** Samples a second of the mono sound that a transcriber takes. */
export const SPEECH_SAMPLE_RATE = 16_000;
/** The longest stretch a transcriber takes at once. */
export const MAX_SPEECH_SECONDS = 30;

/** A run of words as the model put it, usually a sentence or a part of one. */
export interface SpeechSegment {
  /** Seconds from the beginning of the stretch. */
  startSeconds: number;
  /** Undefined where the model did not say: the words go on to, or beyond, the end of the stretch. */
  endSeconds: number | undefined;
  /** With the white space that the model put before it: languages written without spaces have none. */
  text: string;
}

export interface Transcript {
  segments: SpeechSegment[];
  /** BCP 47, e.g. `en`; undefined where the model does not tell. */
  language: string | undefined;
}

export interface TranscribeOptions {
  /** BCP 47; undefined asks the model to find out. */
  language?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Turns speech into text. */
export interface Transcriber {
  /**
   * @param samples mono, {@link SPEECH_SAMPLE_RATE}, −1 to 1, at most {@link MAX_SPEECH_SECONDS}
   * @throws AppError MODEL_UNAVAILABLE when no model can be had, with a sentence that says what to do;
   *   DEPENDENCY_UNAVAILABLE when waiting helps; PROCESSING_FAILED when this stretch is refused
   */
  transcribe(samples: Float32Array, options?: TranscribeOptions): Promise<Transcript>;
}
