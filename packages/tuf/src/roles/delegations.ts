// To whom a targets file delegates which paths. Bins by hash prefix and by TAP 15 are not part of this
// profile: a delegation without `paths` is refused, never passed over.

import {
  isVitrineError,
  keyidOf,
  quote,
  schema,
  spkiOfTufKey,
  tufKey,
  tufKeyidOf,
  type Json,
  type Schema,
  type Sha256,
  type TufKey,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { requireDelegatedName } from '../names.ts';
import { requirePattern } from '../pattern.ts';

export interface DelegationKey {
  /** D9 keyid: hex SHA-256 of the SPKI. */
  readonly keyid: string;
  readonly tufKeyid: string;
  readonly spki: Uint8Array;
}

export interface Delegation {
  readonly name: string;
  readonly threshold: number;
  readonly keys: readonly DelegationKey[];
  readonly terminating: boolean;
  readonly paths: readonly string[];
}

const { anything, flag, integer, list, object, text } = schema;
const open = { open: true };

const keyid = text(/^[0-9a-f]{64}$/, 64, 'a keyid');
const role = object(
  {
    name: text(/^[\x21-\x7e]{1,128}$/, 128, 'a role name'),
    keyids: list(keyid, { least: 1, most: 64 }),
    threshold: integer(1, 64),
    terminating: flag,
    paths: list(text(/^[\x21-\x7e]{1,512}$/, 512, 'a path pattern'), { least: 1, most: 64 }),
  },
  {},
  open,
);
type ListedRole = ReturnType<typeof role.check>;

const delegationsOf = (
  most: number,
): Schema<{ readonly keys: Json; readonly roles: readonly ListedRole[] }> =>
  object({ keys: anything, roles: list(role, { most }) }, {}, open);

export function readDelegations(
  value: Json,
  at: string,
  most: number,
  sha256: Sha256,
): readonly Delegation[] {
  const listed = delegationsOf(most).check(value, at);
  refuseBins(value, at);
  const keys = readKeys(listed.keys, `${at}/keys`, most, sha256);
  const names = new Set<string>();
  return listed.roles.map(({ name, keyids, threshold, terminating, paths }, i) => {
    const here = `${at}/roles/${i}`;
    requireDelegatedName(name);
    if (names.has(name)) throw fail('tuf.role-twice', `two delegations to ${quote(name)}`, { at: here });
    names.add(name);
    if (new Set(keyids).size < keyids.length)
      throw fail('tuf.key-twice', `a key of ${quote(name)} is listed twice`, { at: here });
    paths.forEach(requirePattern);
    return { name, threshold, terminating, paths, keys: keyids.map((id) => keyOf(keys, id, here)) };
  });
}

/** A client that does not know a kind of delegation must not read past it. */
function refuseBins(value: Json, at: string): void {
  const { succinct_roles: succinct, roles } = value as { succinct_roles?: Json; roles: readonly object[] };
  if (succinct !== undefined || roles.some((one) => 'path_hash_prefixes' in one))
    throw fail('tuf.name', 'delegations by hash bins are not supported', { at });
}

function readKeys(value: Json, at: string, most: number, sha256: Sha256): ReadonlyMap<string, DelegationKey> {
  const listed = Object.entries(schema.record(/^[0-9a-f]{64}$/, tufKey, most).check(value, at));
  const keys = new Map<string, DelegationKey>();
  const known = new Set<string>();
  for (const [id, key] of listed) {
    if (tufKeyidOf(key, sha256) !== id)
      throw fail('tuf.keyid', `the key listed as ${id} has another keyid`, { at: `${at}/${id}` });
    const spki = spkiOf(key, `${at}/${id}`);
    const own = keyidOf(spki, sha256);
    // The same key in another PEM layout has another TUF keyid.
    if (known.has(own)) throw fail('tuf.key-twice', `the key ${own} is listed twice`, { at: `${at}/${id}` });
    known.add(own);
    keys.set(id, { keyid: own, tufKeyid: id, spki });
  }
  return keys;
}

function spkiOf(key: TufKey, at: string): Uint8Array {
  try {
    return spkiOfTufKey(key);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('tuf.key', cause.message, { at, cause });
  }
}

function keyOf(keys: ReadonlyMap<string, DelegationKey>, id: string, at: string): DelegationKey {
  const key = keys.get(id);
  if (key === undefined) throw fail('tuf.keyid', `the key ${id} is named but not listed`, { at });
  return key;
}
