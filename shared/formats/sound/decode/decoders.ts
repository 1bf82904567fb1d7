import type { OpenSound } from './sound-decoding.ts';

/** The decoders by the id of their format; each library is loaded only where its format is read. */
export const DECODERS: Readonly<Record<string, () => Promise<OpenSound>>> = {
  wav: async () => (await import('./wav.ts')).openWav,
  mp3: async () => (await import('./mp3.ts')).openMp3,
  flac: async () => (await import('./flac.ts')).openFlac,
  ogg: async () => (await import('./ogg.ts')).openOgg,
};
