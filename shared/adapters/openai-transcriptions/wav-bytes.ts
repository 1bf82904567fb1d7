import { SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';

const HEADER_BYTES = 44;

/** Mono samples of {@link SPEECH_SAMPLE_RATE}, −1 to 1, as a WAV file of 16 bits: 32 KB a second. */
export function encodeWav(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(Buffer.from(value, 'latin1'), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SPEECH_SAMPLE_RATE, true);
  view.setUint32(28, SPEECH_SAMPLE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((value, at) => {
    view.setInt16(HEADER_BYTES + at * 2, Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))), true);
  });
  return bytes;
}

/** The samples of what {@link encodeWav} wrote; undefined for any other file. */
export function decodeWav(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const expected = encodeWav(new Float32Array(0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // All but the two lengths.
  const isSame = (from: number, to: number): boolean =>
    expected.subarray(from, to).every((byte, at) => bytes[from + at] === byte);
  if (!isSame(0, 4) || !isSame(8, 40) || view.getUint32(40, true) !== bytes.length - HEADER_BYTES) return undefined;
  return Float32Array.from(
    { length: Math.floor((bytes.length - HEADER_BYTES) / 2) },
    (_, at) => view.getInt16(HEADER_BYTES + at * 2, true) / 32_768,
  );
}
