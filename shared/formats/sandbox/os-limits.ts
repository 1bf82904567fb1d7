export interface OsLimits {
  /** What the process may really fill with data of its own, in MiB. */
  memoryMb: number;
  /** Threads with a V8 of their own that the parser starts, beside the main thread and the watchdog. */
  threads: number;
  /** The longest file that the process may write, in bytes; 0: none. */
  fileBytes: number;
  /** As `nice` counts, from 0 to 19: how far it stands back behind others that want the processor; 10 when left out. */
  niceness?: number | undefined;
}

/** What V8 sets aside for machine code, writable and so counted by the system, of which some 10 MB are ever used. */
const CODE_RANGE_MB = 512;
/** Stacks (8 MB each for the main thread's helpers), arenas and the watchdog's small heap: measured 49 MB beside the code range. */
const FIXED_MB = 64;
const OPEN_FILES = 256;
/** POSIX counts file sizes in blocks of 512 bytes. */
const BLOCK_BYTES = 512;

/**
 * Sets limits that the kernel enforces, then becomes the program: no core dump, few open files, a data segment
 * (RLIMIT_DATA: private writable memory; unlike an address-space limit it leaves V8's unbacked reservations and mapped
 * files out), and a priority below that of the system's own processes. A limit that is lower already stays.
 *
 * Where Linux groups processes by their session (autogroup), a priority counts within the session alone, and each session has as
 * much of the processor as another: the session that the caller made for the program has the same priority, therefore.
 */
const SCRIPT = `
ulimit -c 0
ulimit -n "$1"
ulimit -f "$2"
ulimit -d "$3"
shift 3
if [ -w /proc/self/autogroup ]; then echo "$1" > /proc/self/autogroup; fi 2>/dev/null
exec nice -n "$@"`;

/**
 * The command that runs `program` under limits of the operating system. Linux enforces all of them; macOS takes the
 * data limit without enforcing it (the watchdog bounds memory there); Windows has no such limits at all.
 */
export function limitedCommand(
  program: string,
  args: readonly string[],
  { memoryMb, threads, fileBytes, niceness = 10 }: OsLimits,
): { command: string; args: string[] } {
  if (process.platform === 'win32') return { command: program, args: [...args] };
  const dataKib = (memoryMb + FIXED_MB + CODE_RANGE_MB * (1 + threads)) * 1024;
  const limits = [OPEN_FILES, Math.ceil(fileBytes / BLOCK_BYTES), dataKib, niceness].map(String);
  return { command: '/bin/sh', args: ['-c', SCRIPT, 'sandbox', ...limits, program, ...args] };
}
