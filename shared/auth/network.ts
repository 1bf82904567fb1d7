import ipaddr from 'ipaddr.js';

/** Of a version 6 address: providers give a household or a server a /56 or more, whose addresses it may change at will. */
const NETWORK_BITS_V6 = 56;

/** What one client has under its control: an address of version 4, a /56 of version 6. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${NETWORK_BITS_V6}`)}/${NETWORK_BITS_V6}`;
}
