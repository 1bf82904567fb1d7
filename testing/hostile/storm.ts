import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '#cli/api-client.ts';
import { type FileOutcome, followFile } from '#cli/follow-file.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import type { HostileFile } from './write-hostile.ts';

export interface StormOptions {
  /** Who uploads the hostile files; and another person, who wants nothing but one file read now and then. */
  attacker: ApiClient;
  bystander: ApiClient;
  hostile: readonly HostileFile[];
  /** Hostile files that are under way at the same time. */
  inFlight: number;
  /** How often a healthy file is timed on the quiet system. */
  usualRounds: number;
  /** For the healthy files. */
  folder: string;
  signal: AbortSignal;
  say(line: string): void;
}

export interface StormReport {
  /** In the order in which they ended. */
  hostile: (FileOutcome & { ends: readonly string[] | undefined })[];
  /** Seconds to READY of healthy files: on the quiet system, and one after the other during the storm. */
  usual: number[];
  among: { attacker: number[]; bystander: number[] };
  /** Healthy files that were not read, and why. */
  lost: string[];
}

/** Uploads hostile files from one side and healthy ones from both, and follows each to its end. */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const { attacker, bystander, hostile, inFlight, usualRounds, say } = options;
  await mkdir(options.folder, { recursive: true });
  const usual: number[] = [];
  for (let round = 0; round < usualRounds; round++) usual.push(await healthySeconds(options, bystander));
  say(`a healthy file usually takes ${median(usual)} s`);

  const report: StormReport = { hostile: [], usual, among: { attacker: [], bystander: [] }, lost: [] };
  const waiting = [...hostile];
  const storm = Promise.all(Array.from({ length: inFlight }, () => uploadAll(options, waiting, report)));
  let isOver = false;
  const over = storm.finally(() => {
    isOver = true;
  });
  const healthy = async (client: ApiClient, seconds: number[]): Promise<void> => {
    do {
      await healthySeconds(options, client).then(
        (spent) => seconds.push(spent),
        (error: unknown) => report.lost.push(String(error)),
      );
    } while (!isOver);
  };
  await Promise.all([over, healthy(attacker, report.among.attacker), healthy(bystander, report.among.bystander)]);
  return report;
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function uploadAll(
  { attacker, signal, hostile, say }: StormOptions,
  waiting: HostileFile[],
  report: StormReport,
): Promise<void> {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const { path } = file;
    let last = 'announced';
    const show = ({ status }: { status: string }): void => {
      last = status;
    };
    const outcome = await followFile(attacker, path, { show }, signal).catch((cause: unknown) => {
      throw new Error(`${path} got no further than ${last}`, { cause });
    });
    report.hostile.push({ ...outcome, ends: file.ends });
    say(`${report.hostile.length}/${hostile.length} ${outcome.filename}: ${endOf(outcome)}, ${outcome.seconds} s`);
  }
}

/** READY or a code. */
export function endOf({ status, error }: Pick<FileOutcome, 'status' | 'error'>): string {
  return error?.code ?? status;
}

async function healthySeconds({ folder, signal }: StormOptions, client: ApiClient): Promise<number> {
  const path = join(folder, `${randomUUID()}.docx`);
  const paragraphs = Array.from({ length: 40 }, (_, index) => `Paragraph ${index} of ${path} is as any other.`);
  await writeFile(path, makeDocx({ paragraphs }));
  const { status, error, seconds } = await followFile(client, path, { show: () => undefined }, signal);
  if (status !== 'READY') throw new Error(`A healthy file ended ${status}: ${error?.code} ${error?.message}`);
  return seconds;
}
