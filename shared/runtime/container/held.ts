import { createHostGate, type HostGate } from '#shared/pipeline/host-gate.ts';
import type { Config } from '#shared/runtime/config.ts';
import { createSingleFlight, type SingleFlight } from '#shared/search/single-flight.ts';
import type { Builders } from './built-at-first-read.ts';

/** What this process alone holds. */
export interface Held {
  /** Files that are worked on. */
  readonly host: HostGate;
  /** Searches that are under way. */
  readonly searches: SingleFlight;
  /** Where programs are looked for, as in PATH. */
  readonly programPath: string;
}

export const HELD: Builders<Held, { config: Config }> = {
  host: createHostGate,
  searches: createSingleFlight,
  programPath: ({ config }) => config.PATH,
};
