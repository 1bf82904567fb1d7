import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What a process tells of each file of the project that it loads, a JSON module or a module that is loaded late included. */
export interface LoadedMessage {
  type: 'loaded';
  /** Absolute. */
  path: string;
}

// For `--import`: tells whoever forked this process which files are at work in it.
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:') && !url.includes('/node_modules/')) {
      const message: LoadedMessage = { type: 'loaded', path: fileURLToPath(url) };
      // Threads have no channel of their own.
      process.send?.(message);
    }
    return next(url, context);
  },
});
