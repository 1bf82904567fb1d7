import { expect, it } from 'vitest';
import { type AddressRange, clientAddress, parseAddressRange } from './client-address.ts';

const ranges = (...texts: string[]): AddressRange[] =>
  texts.map((text) => parseAddressRange(text) ?? expect.fail(text));
const TRUSTED = ranges('127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48');

it.each([
  ['no header', '127.0.0.1', undefined, '127.0.0.1'],
  ['one hop', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['what the client wrote itself', '127.0.0.1', '198.51.100.1, 10.0.0.9, 203.0.113.7', '203.0.113.7'],
  ['a second proxy of ours', '127.0.0.1', '198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['several headers, joined', '10.0.0.1', '198.51.100.1,203.0.113.7,10.1.2.3', '203.0.113.7'],
  ['nothing but our own', '127.0.0.1', '10.0.0.9, 10.0.0.8', '10.0.0.9'],
  ['a port', '127.0.0.1', '203.0.113.7:51234', '203.0.113.7'],
  ['version 6', '127.0.0.1', '2001:db8::7', '2001:db8::7'],
  ['version 6 in brackets', '127.0.0.1', '[2001:db8::7]', '2001:db8::7'],
  ['version 6 with a port', '127.0.0.1', '[2001:db8::7]:443', '2001:db8::7'],
  ['a proxy of version 6', '2001:db8:ffff::1', '2001:db8::7, [2001:db8:ffff::2]:443', '2001:db8::7'],
  ['version 4 as version 6', '::ffff:127.0.0.1', '::ffff:203.0.113.7, ::FFFF:10.0.0.9', '203.0.113.7'],
  ['spaces and tabs', '127.0.0.1', ' \t203.0.113.7 \t', '203.0.113.7'],
])('behind a proxy we trust, %s', (_, peer, header, client) => {
  expect(clientAddress(peer, header, TRUSTED)).toBe(client);
});

it.each([
  '',
  ',',
  'unknown',
  '_hidden',
  'x'.repeat(10_000),
  '256.0.0.1',
  '10',
  '0x7f.1',
  '127.0.0.1:x',
  '[::1',
  '::1]:4',
])('a hop that is no address ends the way at the proxy that wrote it: %j', (odd) => {
  expect(clientAddress('127.0.0.1', odd, TRUSTED)).toBe('127.0.0.1');
  expect(clientAddress('127.0.0.1', `203.0.113.7, ${odd}`, TRUSTED)).toBe('127.0.0.1');
  expect(clientAddress('127.0.0.1', `203.0.113.7, ${odd}, 10.0.0.9`, TRUSTED)).toBe('10.0.0.9');
  expect(clientAddress('127.0.0.1', `${odd}, 203.0.113.7`, TRUSTED)).toBe('203.0.113.7');
});

it('from anybody else the header says nothing', () => {
  expect(clientAddress('203.0.113.7', '198.51.100.1', TRUSTED)).toBe('203.0.113.7');
  expect(clientAddress('127.0.0.2', '198.51.100.1', TRUSTED)).toBe('127.0.0.2');
  expect(clientAddress('127.0.0.1', '198.51.100.1', [])).toBe('127.0.0.1');
  expect(clientAddress('', '198.51.100.1', TRUSTED)).toBe('');
});

it('a range is an address or a network, and never everybody', () => {
  const odd = [
    '',
    'proxy.example',
    '10',
    '10.0.0.0/',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '::/0',
  ];
  for (const text of [...odd, '::1/129', '*', '::ffff:10.0.0.0/96'])
    expect(parseAddressRange(text), text).toBeUndefined();
  expect(clientAddress('10.9.9.9', '203.0.113.7', ranges('::ffff:10.0.0.0/104'))).toBe('203.0.113.7');
  expect(clientAddress('11.9.9.9', '203.0.113.7', ranges('::ffff:10.0.0.0/104'))).toBe('11.9.9.9');
});
