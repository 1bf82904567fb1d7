/**
 * What Node, V8, its buffers, zlib and WebAssembly say when the system, or a limit of their own, gives them no more
 * memory. They are ordinary exceptions that a parser may catch and take for damage.
 */
const ALLOCATION_FAILED =
  /allocation failed|failed to allocate|could not allocate|out of memory|bad_alloc|Cannot create a (?:string longer|Buffer larger)|Invalid (?:string|typed array) length|Aborted\(OOM\)/i;

export function saysOutOfMemory(text: string): boolean {
  return ALLOCATION_FAILED.test(text);
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && saysOutOfMemory(error.message);
}
