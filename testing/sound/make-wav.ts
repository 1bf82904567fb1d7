export type WavCoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'extensible';

const BITS: Record<WavCoding, number> = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 32, f64: 64, extensible: 24 };

/** A WAV file; `extensible` is PCM of 24 bits under the longer header that recorders write for it. */
export function makeWav(
  channels: readonly Float32Array[],
  sampleRate: number,
  coding: WavCoding,
): Uint8Array<ArrayBuffer> {
  const bytesEach = BITS[coding] / 8;
  const frames = channels[0]?.length ?? 0;
  const format = formatChunk(channels.length, sampleRate, coding);
  const data = Buffer.alloc(frames * channels.length * bytesEach);
  for (let frame = 0; frame < frames; frame += 1) {
    channels.forEach((samples, channel) => {
      put(data, (frame * channels.length + channel) * bytesEach, samples[frame] ?? 0, coding);
    });
  }
  const head = Buffer.alloc(12);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(4 + 8 + format.length + 8 + data.length, 4);
  head.write('WAVE', 8, 'latin1');
  return Uint8Array.from(Buffer.concat([head, chunk('fmt ', format), chunk('data', data)]));
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function formatChunk(channels: number, sampleRate: number, coding: WavCoding): Buffer {
  const frameBytes = (channels * BITS[coding]) / 8;
  const basic = Buffer.alloc(16);
  basic.writeUInt16LE(coding === 'extensible' ? 0xfffe : coding.startsWith('f') ? 3 : 1, 0);
  basic.writeUInt16LE(channels, 2);
  basic.writeUInt32LE(sampleRate, 4);
  basic.writeUInt32LE(sampleRate * frameBytes, 8);
  basic.writeUInt16LE(frameBytes, 12);
  basic.writeUInt16LE(BITS[coding], 14);
  if (coding !== 'extensible') return basic;
  const more = Buffer.from('1600180003000000' + '0100000000001000800000aa00389b71', 'hex');
  return Buffer.concat([basic, more]);
}

function put(data: Buffer, at: number, value: number, coding: WavCoding): void {
  const whole = (bits: number): number => Math.round(Math.max(-1, Math.min(1, value)) * (2 ** (bits - 1) - 1));
  if (coding === 'u8') data.writeUInt8(128 + whole(8), at);
  else if (coding === 'f32') data.writeFloatLE(value, at);
  else if (coding === 'f64') data.writeDoubleLE(value, at);
  else data.writeIntLE(whole(BITS[coding]), at, BITS[coding] / 8);
}
