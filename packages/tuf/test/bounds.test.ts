// Bounds that hold before any signature is looked at, each met at its edge.

import assert from 'node:assert/strict';
import test from 'node:test';
import { fromUtf8, isVitrineError, utf8, type Json } from '@vitrine/evidence';
import { signedBy, updateHolders, updateTargetsPlan, worldTime } from '@vitrine/testkit';
import { defaultLimits, parseSnapshot, parseTargets, parseTimestamp, type Limits } from '@vitrine/tuf';
import { draftRole, draftSnapshot, draftTargets, draftTimestamp } from '@vitrine/tuf/repository';

const expires = worldTime + 86_400;
const meta = { version: 1, length: 1_000, sha256: 'ab'.repeat(32) };
const signer = [updateHolders.snapshot];
const roles = Object.fromEntries(['targets', 'a', 'b', 'c'].map((name) => [name, meta]));
const targets = Object.fromEntries(
  ['x', 'y', 'z'].map((path) => [path, { length: 1, sha256: 'cd'.repeat(32) }]),
);

const files = {
  timestamp: await signedBy(draftTimestamp({ version: 1, expires, snapshot: meta }), signer),
  snapshot: await signedBy(draftSnapshot({ version: 1, expires, roles }), signer),
  role: await signedBy(draftRole({ version: 1, expires, targets }), signer),
  top: await signedBy(draftTargets(updateTargetsPlan()), signer),
};

const cases: readonly {
  readonly what: string;
  readonly code: string;
  readonly read: (limits: Limits) => unknown;
  readonly good: Partial<Limits>;
  readonly bad: Partial<Limits>;
}[] = [
  {
    what: 'bytes of a timestamp',
    code: 'tuf.size',
    read: (limits) => parseTimestamp(files.timestamp, limits),
    good: { timestamp: files.timestamp.length },
    bad: { timestamp: files.timestamp.length - 1 },
  },
  {
    what: 'bytes of a snapshot',
    code: 'tuf.size',
    read: (limits) => parseSnapshot(files.snapshot, limits),
    good: { snapshot: files.snapshot.length },
    bad: { snapshot: files.snapshot.length - 1 },
  },
  {
    what: 'bytes of a role',
    code: 'tuf.size',
    read: (limits) => parseTargets(files.role, { limits }),
    good: { targets: files.role.length },
    bad: { targets: files.role.length - 1 },
  },
  {
    what: 'bytes that a timestamp announces',
    code: 'tuf.size',
    read: (limits) => parseTimestamp(files.timestamp, limits),
    good: { snapshot: 1_000 },
    bad: { snapshot: 999 },
  },
  {
    what: 'bytes that a snapshot announces',
    code: 'tuf.size',
    read: (limits) => parseSnapshot(files.snapshot, limits),
    good: { targets: 1_000 },
    bad: { targets: 999 },
  },
  {
    what: 'roles of a snapshot',
    code: 'tuf.size',
    read: (limits) => parseSnapshot(files.snapshot, limits),
    good: { roles: 4 },
    bad: { roles: 3 },
  },
  {
    what: 'targets of a role',
    code: 'tuf.size',
    read: (limits) => parseTargets(files.role, { limits }),
    good: { entries: 3 },
    bad: { entries: 2 },
  },
  {
    what: 'keys of delegations',
    code: 'schema.mismatch',
    read: (limits) => parseTargets(files.top, { limits }),
    good: { delegations: 5 },
    bad: { delegations: 4 },
  },
  {
    what: 'delegations',
    code: 'schema.mismatch',
    read: (limits) => parseTargets(files.top, { limits }),
    good: { delegations: 5 },
    bad: { delegations: 1 },
  },
];

for (const { what, code, read, good, bad } of cases) {
  test(`${what} are bounded`, () => {
    read({ ...defaultLimits, ...good });
    assert.throws(
      () => read({ ...defaultLimits, ...bad }),
      (error) => isVitrineError(error, code),
    );
  });
}

test('signatures, keyids, patterns, depth and the length of names are bounded', () => {
  const file = JSON.parse(fromUtf8(files.top)) as { signed: Record<string, Json>; signatures: Json[] };
  const role = JSON.parse(fromUtf8(files.role)) as { signed: Record<string, Json>; signatures: Json[] };
  const signature = (i: number): Json => ({ keyid: i.toString(16).padStart(64, '0'), sig: '00' });
  const deep = (levels: number): Json => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const listed = (path: string): Json => ({
    ...role.signed,
    targets: { [path]: { length: 1, hashes: { sha256: 'ab'.repeat(32) } } },
  });
  const segments = (count: number, length: number): string => Array(count).fill('x'.repeat(length)).join('/');
  const reads: readonly (readonly [what: string, value: unknown, code: string | undefined])[] = [
    ['64 signatures', { ...role, signatures: Array.from({ length: 64 }, (_, i) => signature(i)) }, undefined],
    [
      '65 signatures',
      { ...role, signatures: Array.from({ length: 65 }, (_, i) => signature(i)) },
      'schema.mismatch',
    ],
    [
      'a signature in capitals',
      { ...role, signatures: [{ keyid: '0'.repeat(64), sig: 'AB' }] },
      'schema.mismatch',
    ],
    ['14 levels', { ...role, signed: { ...role.signed, more: deep(14) } }, undefined],
    ['15 levels', { ...role, signed: { ...role.signed, more: deep(15) } }, 'json.depth'],
    ['a segment of 128', { ...role, signed: listed(segments(1, 128)) }, undefined],
    ['a segment of 129', { ...role, signed: listed(segments(1, 129)) }, 'tuf.name'],
    ['a path of 511', { ...role, signed: listed(segments(4, 127)) }, undefined],
    ['a path of 515', { ...role, signed: listed(segments(4, 128)) }, 'tuf.name'],
    ['as it is', file, undefined],
  ];
  for (const [what, value, code] of reads) {
    const read = (): unknown => parseTargets(utf8(JSON.stringify(value)));
    if (code === undefined) read();
    else assert.throws(read, (error) => isVitrineError(error, code), what);
  }
});
