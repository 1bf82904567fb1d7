const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
/** What every line has and nobody at a terminal wants to read. */
const UNINTERESTING = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err', 'service', 'v']);

/** Turns a structured log line of the functions into one that a person reads; other lines stay as they are. */
export function readableLogLine(line: string): string {
  if (!line.startsWith('{')) return line;
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A line that merely begins like JSON.
    return line;
  }
  const level = typeof entry.level === 'number' ? (LEVELS[entry.level] ?? String(entry.level)) : String(entry.level);
  const details = Object.entries(entry)
    .filter(([name, value]) => !UNINTERESTING.has(name) && (typeof value === 'string' || typeof value === 'number'))
    .map(([name, value]) => `${name}=${value}`);
  const cause = entry.err as { message?: unknown } | undefined;
  const message = [entry.msg, cause?.message].filter((text) => typeof text === 'string').join(': ');
  return [level.padEnd(5), message, ...details].join(' ').trimEnd();
}
