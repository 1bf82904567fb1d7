import { MPEGDecoder } from 'mpg123-decoder';
import { mp3Length } from './mp3-length.ts';
import { afterId3, readChunks } from './read-bytes.ts';
import type { OpenSound, SoundBlock } from './sound-decoding.ts';

const CHUNK_BYTES = 32_768;

/** MPEG audio of layers I to III, through libmpg123. */
export const openMp3: OpenSound = async (path) => ({
  declaredSeconds: (await mp3Length(path))?.seconds,
  startSeconds: 0,
  blocks: decodeBlocks(path),
  warnings: [],
});

async function* decodeBlocks(path: string): AsyncGenerator<SoundBlock> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  for await (const chunk of readChunks(path, CHUNK_BYTES, await afterId3(path))) {
    const { channelData, samplesDecoded, sampleRate } = decoder.decode(chunk);
    if (samplesDecoded > 0) yield { sampleRate, channels: channelData };
  }
}
