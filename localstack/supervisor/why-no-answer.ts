const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing is listening there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved right now',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ECONNRESET: 'the connection was closed',
  EPROTO: 'it does not use TLS; check whether the address should be http instead of https',
};

/** Why a service gave no answer, in words that name host and port and nothing secret of its address. */
export function whyNoAnswer(error: unknown, address: string, patienceMs: number): string {
  const where = new URL(address).host || 'that address';
  const code = codesOf(error).find((one) => one !== undefined);
  const known = code === undefined ? undefined : REASONS[code];
  if (known !== undefined) return `no answer from ${where}: ${known}`;
  if (code?.includes('TIMEOUT') || code === 'ETIMEDOUT' || /timeout|timed out|abort/i.test(String(error))) {
    return `no answer from ${where} within ${patienceMs / 1000} s`;
  }
  return `no usable answer from ${where} (${code ?? (error instanceof Error ? error.name : 'unknown')})`;
}

/** Of the error, of what caused it, and of the attempts that it sums up. */
function codesOf(error: unknown): (string | undefined)[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const own = typeof code === 'string' ? code : undefined;
  return [own, ...codesOf(cause), ...(Array.isArray(errors) ? errors.flatMap(codesOf) : [])];
}
