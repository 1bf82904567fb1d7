import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import type { Container } from '#shared/runtime/container.ts';
import type { Limits } from '#shared/runtime/limits.ts';

/** The same container with other groups of limits in the place of some. */
export function withLimits(container: Container, limits: Partial<Limits>): Container {
  return withParts(container, { limits: { ...container.limits, ...limits } });
}
