import type { SoundBlock } from './sound-decoding.ts';

interface Decoded {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
}

/** What the decoders that parse a container themselves have in common. */
interface ChunkDecoder {
  ready: Promise<void>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush(): Promise<Decoded>;
}

/** Feeds a decoder with the bytes of a file as far as its sound is asked for. */
export async function* decodeInTurn(
  decoder: ChunkDecoder,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<SoundBlock> {
  await decoder.ready;
  for await (const chunk of chunks) {
    const { channelData, samplesDecoded, sampleRate } = await decoder.decode(chunk);
    if (samplesDecoded > 0) yield { sampleRate, channels: channelData };
  }
  const { channelData, samplesDecoded, sampleRate } = await decoder.flush();
  if (samplesDecoded > 0) yield { sampleRate, channels: channelData };
}
