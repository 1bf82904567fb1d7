import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { whenParentEnds } from './end-with-parent.ts';
import { readableLogLine } from './supervisor/log-line.ts';
import { type PartEvent, type RunningSystem, startSystem } from './system.ts';

const SAME_REQUEST_MS = 1_000;

/** From who watches the sources, over the IPC channel. */
export interface ChangedMessage {
  type: 'changed';
  /** Absolute. */
  paths: string[];
}

/** `npm start`: the whole system on this machine, until Ctrl-C. Under `npm run dev` it has an IPC channel. */
async function main(): Promise<void> {
  const dataDir = resolve(process.env.OMNIRAG_DATA_DIR || '.omnirag');
  // What is kept and what is written on the way is for this account alone.
  process.umask(0o077);
  let stopping = false;
  let asked = 0;
  const interrupted = new AbortController();
  const system = startSystem({
    dataDir,
    env: process.env,
    signal: interrupted.signal,
    isWatched: process.connected === true,
    onEvent: (event) => {
      if (!stopping) printEvent(event);
    },
  });
  const stop = (): void => {
    // Who asks again does not want to wait; the parts end by themselves when this process is gone. One Ctrl-C comes twice,
    // from the terminal and from npm.
    if (stopping && performance.now() - asked > SAME_REQUEST_MS) process.exit(1);
    if (stopping) return;
    stopping = true;
    asked = performance.now();
    console.log('\nStopping …');
    interrupted.abort(new Error('the start was cancelled'));
    system
      .then(
        (running) => running.stop(),
        () => undefined,
      )
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  // The end of npm is no second request: it may come long after the Ctrl-C that ended it.
  if (process.env.npm_lifecycle_event) {
    whenParentEnds(() => {
      if (!stopping) stop();
    });
  }
  let restarted: Promise<unknown> = system;
  process.on('message', ({ paths }: ChangedMessage) => {
    // Of a start that failed it is told below.
    restarted = restarted.then(
      async () => (await system).restartPartsOf(paths),
      () => undefined,
    );
  });
  const running = await system.catch((error: unknown) => {
    if (!stopping) throw error;
  });
  if (stopping || running === undefined) return;
  // In production they are somebody else's, and so is the secret key.
  if (running.env.OMNIRAG_ENV !== 'production') printBuckets(running);
  console.log(`OmniRAG is ready at ${running.url}`);
}

function printEvent(event: PartEvent): void {
  switch (event.type) {
    case 'ready':
      console.log(
        `${styleText('green', '✓')} ${event.part.padEnd(14)} ${event.address.padEnd(44)} ${event.seconds.toFixed(1)} s`,
      );
      break;
    case 'progress':
      console.log(`  ${event.part.padEnd(14)} ${event.text}${percent(event.fraction)}`);
      break;
    case 'notice':
      console.log(event.text);
      break;
    case 'restarting':
      console.log(`${styleText('yellow', '↻')} ${event.part.padEnd(14)} ${event.changed.join(', ')}`);
      break;
    case 'exited':
      console.error(`${styleText('red', '✗')} ${event.part.padEnd(14)} ${event.reason}`);
      break;
    case 'log':
      console.error(`  ${event.part.padEnd(14)} ${readableLogLine(event.line)}`);
      break;
  }
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`;
}

function printBuckets({ env }: RunningSystem): void {
  const target = `${env.S3_PUBLIC_ENDPOINT}/${env.S3_INCOMING_BUCKET}/drop`;
  console.log(`
Buckets        ${env.S3_PUBLIC_ENDPOINT}  (${env.S3_BUCKET}, ${env.S3_INCOMING_BUCKET}; path style, ${env.AWS_REGION})
Credentials    AWS_ACCESS_KEY_ID=${env.AWS_ACCESS_KEY_ID}
               AWS_SECRET_ACCESS_KEY=${env.AWS_SECRET_ACCESS_KEY}
Drop a file    (your user id is in the response of POST /auth/register and GET /users/me)
  curl --fail -T FILE.pdf --aws-sigv4 aws:amz:${env.AWS_REGION}:s3 -H x-amz-content-sha256:UNSIGNED-PAYLOAD \\
    -u ${env.AWS_ACCESS_KEY_ID}:${env.AWS_SECRET_ACCESS_KEY} ${target}/USER_ID/FILE.pdf
  AWS_ACCESS_KEY_ID=${env.AWS_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY=${env.AWS_SECRET_ACCESS_KEY} \\
    aws s3 cp FILE.pdf s3://${env.S3_INCOMING_BUCKET}/drop/USER_ID/ --region ${env.AWS_REGION} --endpoint-url ${env.S3_PUBLIC_ENDPOINT}
`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
