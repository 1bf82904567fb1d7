import type { Bench } from './bench.ts';
import { crypto } from './crypto.ts';
import { login } from './login.ts';
import { recordings } from './recordings.ts';

/** Every bench, in the order in which they run. */
export const BENCHES: readonly Bench[] = [crypto, recordings, login];
