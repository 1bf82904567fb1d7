import { createHostGate, type HostGate } from '#shared/pipeline/host-gate.ts';
import { createSingleFlight, type SingleFlight } from '#shared/search/single-flight.ts';
import type { Builders } from './built-at-first-read.ts';

/** What this process alone holds. */
export interface Held {
  /** Files that are worked on. */
  readonly host: HostGate;
  /** Searches that are under way. */
  readonly searches: SingleFlight;
}

export const HELD: Builders<Held> = {
  host: createHostGate,
  searches: createSingleFlight,
};
