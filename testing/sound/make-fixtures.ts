import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = fileURLToPath(new URL('./fixtures/', import.meta.url));
/** 2 s of a tone of 2,000 Hz in every format; several sample rates and numbers of channels, so that all are brought to one. */
const FIXTURES: Record<string, string[]> = {
  'tone.mp3': ['-ar', '22050', '-ac', '1', '-b:a', '32k'],
  'tone.flac': ['-ar', '44100', '-ac', '1', '-sample_fmt', 's16'],
  'tone.ogg': ['-ar', '32000', '-ac', '2', '-c:a', 'libvorbis', '-q:a', '0'],
  'tone.opus': ['-ac', '2', '-b:a', '24k'],
  'tone.m4a': ['-ar', '44100', '-ac', '2', '-b:a', '32k'],
  'tone.aac': ['-ar', '24000', '-ac', '1', '-b:a', '24k'],
  'tone.webm': ['-ac', '1', '-b:a', '24k'],
  'tone.mp4': ['-f', 'lavfi', '-i', 'color=c=red:s=32x32:r=5:d=2', '-ar', '44100', '-b:a', '32k', '-c:v', 'mpeg4'],
  'silent.mp4': ['-f', 'lavfi', '-i', 'color=c=red:s=32x32:r=5:d=2', '-map', '1:v', '-c:v', 'mpeg4'],
};

// Run by hand where ffmpeg is installed; its output is committed, so that the tests need no encoder.
for (const [name, options] of Object.entries(FIXTURES)) {
  const source = ['-f', 'lavfi', '-i', 'sine=frequency=2000:duration=2:sample_rate=48000,volume=4'];
  await promisify(execFile)('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-bitexact', ...source, ...options],
    ...['-map_metadata', '-1', '-fflags', '+bitexact', `${FOLDER}${name}`],
  ]);
}
