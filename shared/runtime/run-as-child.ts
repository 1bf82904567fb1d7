/** What a part of the local cloud tells its supervisor over the IPC channel. */
export type ChildMessage =
  | { type: 'ready'; details: Record<string, string | number | boolean> }
  | { type: 'progress'; text: string; fraction?: number }
  | { type: 'fatal'; message: string };

export interface StartedPart {
  /** Told to the supervisor with `ready`, e.g. the port that was bound. */
  details: Record<string, string | number | boolean>;
  stop(): Promise<void>;
}

/** Files and folders of a part are for its own account, whoever starts it. */
const PRIVATE = 0o077;

function report(message: ChildMessage): void {
  process.send?.(message);
}

/**
 * Runs one part of the local cloud as a child process: reports `ready` or `fatal`, stops on SIGTERM, and ends when the
 * supervisor is gone (its IPC channel closes even when it was killed), so that no part outlives it.
 */
export function runAsChild(start: (progress: (text: string, fraction?: number) => void) => Promise<StartedPart>): void {
  process.umask(PRIVATE);
  let stopping = false;
  const part = start((text, fraction) => {
    report(fraction === undefined ? { type: 'progress', text } : { type: 'progress', text, fraction });
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    part
      .then((started) => started.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  // Ctrl-C reaches the whole foreground process group; the supervisor decides the order in which parts stop.
  process.on('SIGINT', () => undefined);
  part.then(
    (started) => report({ type: 'ready', details: started.details }),
    (error: unknown) => {
      report({ type: 'fatal', message: error instanceof Error ? error.message : String(error) });
      process.exitCode = 1;
      if (process.connected) process.disconnect();
    },
  );
}
