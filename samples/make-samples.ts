import { writeFile } from 'node:fs/promises';
import { makeGaugeManual } from './make-gauge-manual.ts';
import { makeHandbook } from './make-handbook.ts';

/** Day that the made files carry, so that making them again changes no byte. */
const MADE_AT = new Date('2025-01-15T12:00:00Z');

/** Writes the sample documents that are made by a program: `node samples/make-samples.ts`. */
async function makeSamples(): Promise<void> {
  await write('field-station-handbook.pdf', await makeHandbook(MADE_AT));
  await write('tide-gauge-service-manual.docx', await atTheTime(MADE_AT, makeGaugeManual));
}

/** The docx library stamps the present local time into the document and its archive, and takes no other. */
async function atTheTime<T>(time: Date, make: () => Promise<T>): Promise<T> {
  const RealDate = Date;
  class FixedDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(args.length === 0 ? time : args[0]);
    }
    static override now(): number {
      return time.getTime();
    }
  }
  process.env.TZ = 'UTC';
  globalThis.Date = FixedDate as DateConstructor;
  try {
    return await make();
  } finally {
    globalThis.Date = RealDate;
  }
}

async function write(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(new URL(name, import.meta.url), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

await makeSamples();
