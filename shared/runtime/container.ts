import { BACKGROUND_LIMITS } from '#shared/db/statement-limits.ts';
import type { Log } from '#shared/ports/log.ts';
import { type Config, readConfig } from './config.ts';
import { builtAtFirstRead, once, withParts } from './container/built-at-first-read.ts';
import { HELD, type Held } from './container/held.ts';
import { MODEL_PARTS, type Models } from './container/models.ts';
import { SECURITY, type Security } from './container/security.ts';
import { SERVICES, type Services } from './container/services.ts';
import { openPool, STORES, type Stores } from './container/stores.ts';
import { type Limits, limitsOf } from './limits.ts';
import { createLogger } from './logger.ts';

/** Everything a function may need; each part is built when it is first read. A use case names what it needs of it. */
export interface Container extends Stores, Models, Security, Services, Held {
  readonly config: Config;
  readonly log: Log;
  readonly limits: Limits;
  /** Where people and their browsers reach the system. */
  readonly addresses: { readonly publicUrl: string; readonly streamUrl: string };
  /** Where programs are looked for, as in PATH. */
  readonly programPath: string;
}

/** Adapters are built in `container/`, by what stands here together, and nowhere else. */
export function buildContainer(config: Config): Container {
  return builtAtFirstRead<Container>({
    config: () => config,
    log: () => createLogger(config.LOG_LEVEL),
    limits: () => limitsOf(config),
    addresses: () => ({ publicUrl: config.PUBLIC_URL, streamUrl: config.STREAM_URL }),
    programPath: () => config.PATH,
    ...STORES,
    ...MODEL_PARTS,
    ...SECURITY,
    ...SERVICES,
    ...HELD,
  });
}

/**
 * The same parts with a pool of its own for what nobody waits for: its statements may take longer, and while they do,
 * the connections of requests stay free. Where a process holds one function alone, one of the two is never opened.
 */
export function inBackground(container: Container): Container {
  const db = once(() => openPool(container, BACKGROUND_LIMITS));
  return withParts(container, {
    get db() {
      return db();
    },
  });
}

/** One container a process: what one invocation opened the next one finds open. Settings are read at the first call. */
export const getContainer: () => Container = once(() => buildContainer(readConfig()));

/** The container of functions that answer no request: of queues and schedules. */
export const getBackgroundContainer: () => Container = once(() => inBackground(getContainer()));
