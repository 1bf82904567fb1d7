import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = [first: Address, bits: number];

const MAPPED_BITS = 96;

/** @returns undefined for what is neither an address nor a range of them, such as `10.0.0.0/8`, and for that of everybody */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [first = '', length, ...rest] = text.split('/');
  const address = parseAddress(first);
  if (address === undefined || rest.length > 0) return undefined;
  if (length !== undefined && !/^[1-9]\d{0,2}$/.test(length)) return undefined;
  // The bits that `::ffff:10.0.0.0/104` counts before those of the address of version 4.
  const before = address.kind() === 'ipv4' && isIP(first) === 6 ? MAPPED_BITS : 0;
  const most = address.kind() === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length) - before;
  return bits >= 1 && bits <= most ? [address, bits] : undefined;
}

/**
 * Whom a request is from: who connected to us, or, where that is a proxy we trust, whom it says it had it from, and so on
 * to the first that is none of ours. Everything further to the left in the header is what that client wrote.
 * @param peer who connected
 * @param forwardedFor the values of all headers `X-Forwarded-For`, commas between them
 * @returns the last proxy that is known where one of ours names nobody
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): string {
  const isTrusted = (address: Address) =>
    ipaddr.subnetMatch(address, { trusted: [...trusted] }, 'stranger') === 'trusted';
  const hops = forwardedFor?.split(',') ?? [];
  let client = peer;
  for (let address = parseAddress(peer); address && isTrusted(address); ) {
    // Not the one before a hop that is no address: nobody we trust has vouched for it.
    address = parseHop(hops.pop() ?? '');
    if (address) client = address.toString();
  }
  return client;
}

/** With a port, as some proxies write it, or without. */
function parseHop(text: string): Address | undefined {
  const [whole, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(text.trim()) ?? [];
  return parseAddress(whole === undefined ? text.trim() : (bracketed ?? plain ?? ''));
}

/** In the usual ways of writing it; what the library alone would read as an address (`10`, `0x7f.1`) is none. */
function parseAddress(text: string): Address | undefined {
  return isIP(text) !== 0 && ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}
