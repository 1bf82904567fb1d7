import type { Bench } from './bench.ts';
import { bm25 } from './bm25.ts';
import { crypto } from './crypto.ts';
import { drive } from './drive.ts';
import { extract } from './extract.ts';
import { fairness } from './fairness.ts';
import { hostile } from './hostile.ts';
import { ingest } from './ingest.ts';
import { login } from './login.ts';
import { qualityBench } from './quality.ts';
import { readers } from './readers.ts';
import { recordings } from './recordings.ts';
import { scale } from './scale.ts';
import { searchBench } from './search.ts';
import { storage } from './storage.ts';
import { turns } from './turns.ts';

/** Every bench, in the order in which they run. */
export const BENCHES: readonly Bench[] = [
  bm25,
  qualityBench,
  searchBench,
  scale,
  storage,
  turns,
  fairness,
  crypto,
  extract,
  ingest,
  readers,
  recordings,
  hostile,
  login,
  drive,
];
