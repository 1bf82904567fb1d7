import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerAccount } from '#cli/api-client.ts';
import { startSystem } from '#localstack/system.ts';
import type { Bench, BenchResult } from './bench.ts';

const ROUNDS = 200;
const WARM_UP = 10;
const TARGET_PERCENT = 5;
/** Enough for the bench, which does nothing but fail. */
const NO_THROTTLE = { LOGIN_FAILURES_PER_ACCOUNT: '10000', LOGIN_FAILURES_PER_ADDRESS: '1000000' };

/** How long it takes to be refused, over HTTP on a whole system: whether there is such an account must not show. */
export const login: Bench = {
  name: 'login',
  description: `refused logins, ${ROUNDS} of unknown accounts and ${ROUNDS} with a wrong password, in turns`,
  onlyByName: true,
  async run(say) {
    const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
    const env = { ...process.env, ...NO_THROTTLE, PORT: '0', EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error' };
    const system = await startSystem({ dataDir, env, onEvent: () => undefined });
    try {
      return await measure(system.url, say);
    } finally {
      await system.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function measure(url: string, say: (line: string) => void): Promise<BenchResult> {
  const known = { email: 'known@example.org', username: 'known', password: 'the right password' };
  await registerAccount(url, known);
  const times: Record<'unknown' | 'known', number[]> = { unknown: [], known: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    // Who goes first alternates, so that whatever the one leaves to the other falls on both.
    const order = round % 2 === 0 ? (['unknown', 'known'] as const) : (['known', 'unknown'] as const);
    for (const kind of order) {
      const name = kind === 'known' ? known.email : `nobody-${round}@example.org`;
      const milliseconds = await timeRefusal(url, name);
      if (round >= 0) times[kind].push(milliseconds);
    }
    if (round > 0 && round % 50 === 0) say(`${round} of ${ROUNDS} rounds`);
  }
  const [unknownMs, knownMs] = [median(times.unknown), median(times.known)];
  const difference = Math.abs(unknownMs / knownMs - 1) * 100;
  return {
    rows: [
      {
        name: 'unknown account, median',
        value: round2(unknownMs),
        unit: 'ms',
        reference: { name: 'wrong password, median', value: round2(knownMs) },
        ratio: round2(unknownMs / knownMs),
      },
      { name: 'difference of the medians', value: round2(difference), unit: '%' },
    ],
    notes: [
      `The target is a difference of at most ${TARGET_PERCENT} %: ${difference <= TARGET_PERCENT ? 'met' : 'MISSED'}.`,
    ],
  };
}

async function timeRefusal(url: string, name: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: name, password: 'the wrong password' }),
  });
  await response.text();
  if (response.status !== 401) throw new Error(`Expected a refusal, got ${response.status}`);
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
