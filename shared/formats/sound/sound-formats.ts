import type { SoundFormat } from '#shared/formats/format.ts';

/** What ffmpeg decodes: codecs that nobody may ship freely, or that stand inside a video. */
const THROUGH_FFMPEG: Record<
  string,
  { contentTypes: readonly [string, ...string[]]; extensions: readonly [string, ...string[]] }
> = {
  m4a: { contentTypes: ['audio/mp4', 'audio/x-m4a', 'audio/m4a', 'audio/x-m4b'], extensions: ['m4a', 'm4b'] },
  aac: { contentTypes: ['audio/aac', 'audio/x-aac', 'audio/aacp'], extensions: ['aac'] },
  mp4: { contentTypes: ['video/mp4', 'application/mp4', 'video/x-m4v'], extensions: ['mp4', 'm4v'] },
  mov: { contentTypes: ['video/quicktime'], extensions: ['mov'] },
  webm: { contentTypes: ['video/webm', 'audio/webm'], extensions: ['webm'] },
  mkv: {
    contentTypes: ['video/x-matroska', 'video/matroska', 'audio/x-matroska', 'audio/matroska'],
    extensions: ['mkv', 'mka'],
  },
  avi: { contentTypes: ['video/vnd.avi', 'video/x-msvideo', 'video/avi'], extensions: ['avi'] },
  wma: { contentTypes: ['audio/x-ms-wma', 'video/x-ms-asf', 'video/x-ms-wmv'], extensions: ['wma', 'wmv', 'asf'] },
  '3gp': { contentTypes: ['video/3gpp', 'audio/3gpp', 'video/3gpp2'], extensions: ['3gp', '3g2'] },
  amr: { contentTypes: ['audio/amr'], extensions: ['amr'] },
  aiff: { contentTypes: ['audio/aiff', 'audio/x-aiff'], extensions: ['aiff', 'aif'] },
};

/** Recordings, and videos with a sound track. They are one family: an `.mp4` may hold sound alone, an `.ogg` a video. */
export const SOUND_FORMATS: readonly SoundFormat[] = [
  builtIn('wav', ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'], ['wav']),
  builtIn('mp3', ['audio/mpeg', 'audio/mp3', 'audio/x-mp3'], ['mp3', 'mp2', 'mpga']),
  builtIn('flac', ['audio/flac', 'audio/x-flac'], ['flac']),
  builtIn('ogg', ['audio/ogg', 'application/ogg', 'audio/opus', 'audio/vorbis', 'video/ogg'], ['ogg', 'opus', 'oga']),
  ...Object.entries(THROUGH_FFMPEG).map(
    ([id, names]): SoundFormat => ({ id, ...names, family: 'sound', paged: false, decoder: 'ffmpeg' }),
  ),
];

function builtIn(
  id: string,
  contentTypes: readonly [string, ...string[]],
  extensions: readonly [string, ...string[]],
): SoundFormat {
  return { id, contentTypes, extensions, family: 'sound', paged: false, decoder: 'built-in' };
}
