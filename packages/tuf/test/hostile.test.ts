// The worst holder of keys: every member of every file replaced by every odd value, and signed by all who
// may. A client accepts the file or refuses it by a typed error; it never keeps what it refuses.

import assert from 'node:assert/strict';
import test from 'node:test';
import { fromUtf8, isVitrineError, type Json } from '@vitrine/evidence';
import { rememberingPlatform, updateArtifact, UpdateClient } from '@vitrine/testkit';
import { findTarget, refresh, type TrustedMetadata } from '@vitrine/tuf';
import { Mirror, type Change } from './mirror.ts';

const odd: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1,
  Number.MAX_SAFE_INTEGER,
  '',
  'constructor',
  '../../etc/passwd',
  '0'.repeat(64),
  '9999-12-31T23:59:59Z',
  '2000-01-01T00:00:00Z',
  [],
  [[]],
  {},
  { length: 1, toString: null },
];

const first = new Mirror();
const root = await first.root(1);
await first.publish({ version: 1 });
const platform = rememberingPlatform();

async function update(client: UpdateClient, mirror: Mirror): Promise<void> {
  const refreshed = await refresh(
    client.options({ fetcher: mirror, verify: platform.verifySignature, sha256: platform.sha256 }),
  );
  await findTarget(refreshed, updateArtifact.path);
}

const followed = new UpdateClient('', root);
await update(followed, first);

/** Every pointer into the signed part of a file. */
function* pointersOf(value: Json, at = ''): Generator<string> {
  yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value))
    yield* pointersOf(member, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

const kinds: readonly {
  readonly name: string;
  readonly path: string;
  readonly serve: (mirror: Mirror, change: Change) => Promise<unknown>;
}[] = [
  { name: 'root', path: 'metadata/1.root.json', serve: (mirror, change) => mirror.root(2, change) },
  {
    name: 'timestamp',
    path: 'metadata/timestamp.json',
    serve: (mirror, timestamp) => mirror.publish({ version: 2, timestamp }),
  },
  {
    name: 'snapshot',
    path: 'metadata/1.snapshot.json',
    serve: (mirror, snapshot) => mirror.publish({ version: 2, snapshot }),
  },
  {
    name: 'targets',
    path: 'metadata/1.targets.json',
    serve: (mirror, targets) => mirror.publish({ version: 2, targets }),
  },
  {
    name: 'agent-stable',
    path: 'metadata/1.agent-stable.json',
    serve: (mirror, change) => mirror.publish({ version: 2, roles: { 'agent-stable': change } }),
  },
];

for (const { name, path, serve } of kinds) {
  test(`any odd value anywhere in ${name}, signed by all who may`, async () => {
    const { signed } = JSON.parse(fromUtf8(first.files.get(path) as Uint8Array)) as { signed: Json };
    const codes = new Set<string>();
    let accepted = 0;
    for (const pointer of pointersOf(signed)) {
      for (const value of odd) {
        const mirror = first.copy();
        await serve(mirror, { draft: [[pointer, value]] });
        const client = new UpdateClient('', followed.trusted);
        try {
          await update(client, mirror);
          accepted++;
        } catch (error) {
          assert.ok(isVitrineError(error), `${pointer} = ${JSON.stringify(value)}: ${String(error)}`);
          codes.add(error.code);
          // What is well-formed may be kept, and what it leads to be refused.
          if (/^(?:schema|json)\./.test(error.code))
            assert.ok(fileOf(client.trusted, name) === fileOf(followed.trusted, name), pointer);
        }
      }
    }
    assert.ok(codes.size >= 3, [...codes].join(' '));
    assert.ok(accepted >= 1, 'unknown members and equal values are no fault');
  });
}

function fileOf({ roles, ...top }: TrustedMetadata, name: string): Uint8Array | undefined {
  return { ...roles, ...top }[name];
}
