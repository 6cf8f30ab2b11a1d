// Whose request this is, for limits alone: the other end of the connection, or what trusted proxies say.
// X-Forwarded-For is read from the right: each address is believed only while the one that reported it is
// on the list, so whatever a client writes into the header stands left of the first address that counts.

import { BlockList, isIP } from 'node:net';
import { fail } from '../codes.ts';

export type ClientAddress = (peer: string | undefined, forwardedFor: string | undefined) => string;

/** `trusted`: addresses, or networks as address/bits. */
export function clientAddressOf(trusted: readonly string[]): ClientAddress {
  const list = new BlockList();
  for (const one of trusted) addTo(list, one);
  const isTrusted = (address: string): boolean => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (peer, forwardedFor) => {
    let address = plain(peer ?? '');
    if (address === undefined) return 'unknown';
    // Nobody needs more proxies than this; a longer header is not read to its end.
    const hops = (forwardedFor ?? '').slice(-2_000).split(',').slice(-20);
    while (hops.length > 0 && isTrusted(address)) {
      const before = plain(hops.pop()?.trim() ?? '');
      if (before === undefined) break;
      address = before;
    }
    return address;
  };
}

/** Without port, brackets and the IPv4-in-IPv6 form; undefined for what is no address. */
function plain(text: string): string | undefined {
  const bare = text
    .replace(/^\[(.*)\](?::\d{1,5})?$/, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1')
    .replace(/^::ffff:(?=\d{1,3}\.)/i, '');
  return isIP(bare) === 0 ? undefined : bare.toLowerCase();
}

function addTo(list: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const length = bits === undefined ? most : Number(bits);
  if (family === 0 || !Number.isInteger(length) || length < 0 || length > most || bits === '')
    throw fail('center.proxy', `a trusted proxy is an address or a network, not "${text.slice(0, 80)}"`);
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
}

/** What shares a limit: an IPv4 address, or the /64 that one subscriber of IPv6 has. */
export function limitKey(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0;
  return [...left, ...Array<string>(zeros).fill('0'), ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
