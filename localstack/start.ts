import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { readableLogLine } from './supervisor/log-line.ts';
import { type PartEvent, type RunningSystem, startSystem } from './system.ts';

/** `npm start`: the whole system on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const dataDir = resolve(process.env.OMNIRAG_DATA_DIR || '.omnirag');
  let stopping = false;
  const system = startSystem({
    dataDir,
    env: process.env,
    onEvent: (event) => {
      if (!stopping) printEvent(event);
    },
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    // A stop that comes while the parts are starting waits for them, so that none is left behind.
    system
      .then((running) => running.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const running = await system;
  if (stopping) return;
  printBuckets(running);
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
Drop a file    (the id of the person is in the answer of POST /auth/register and GET /users/me)
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
