// A product role signed by two keys of the vendor. Stock TUF clients count two keys and are content; ours
// counts operators (D4). Even the root holders were misled here: the delegation lists both keys.

import {
  assembleTuf,
  canonicalJson,
  formatTime,
  parseJson,
  schema,
  signTuf,
  type JsonObject,
  type Signer,
} from '@vitrine/evidence';
import { sha256Hex, systemClock } from '@vitrine/host';
import { draftSnapshot, draftTimestamp, openRepository } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import { announceFalsely } from './announcing.ts';
import { channel } from './cast.ts';
import type { Chain } from './chain.ts';

const role = `agent-${channel}`;
const signedPart = schema.object({ signed: schema.anything, signatures: schema.anything });

/** The files that a mirror must exchange. */
export async function signedByVendorAlone(chain: Chain): Promise<Readonly<Record<string, Uint8Array>>> {
  const { cast } = chain;
  const repository = openRepository(cast.vendor.public);
  const [snapshot, timestamp] = await Promise.all([repository.snapshot(), repository.timestamp()]);
  if (snapshot === undefined || timestamp === undefined) throw fail('tour.step', 'nothing was published yet');
  const [first, second] = await Promise.all([cast.signer('role'), cast.signer('deltas')]);
  const expires = Math.floor(systemClock.now() / 1000) + 86_400;

  const targets = await resigned(chain, 'targets', await cast.rootSigners(), listBothKeys);
  const product = await resigned(chain, role, [first, second], (old) => old);
  const roles = new Map(snapshot.signed.roles);
  for (const one of [targets, product]) {
    const { version, bytes } = one;
    roles.set(one.name, { version, length: bytes.length, sha256: sha256Hex(bytes) });
  }
  const version = snapshot.signed.version + 1;
  const snapshotBytes = await assembled(
    draftSnapshot({ version, expires, roles: Object.fromEntries(roles) }),
    await cast.signer('snapshot'),
  );
  const digest = sha256Hex(snapshotBytes);
  const timestampBytes = await assembled(
    draftTimestamp({
      version: timestamp.signed.version + 1,
      expires,
      snapshot: { version, length: snapshotBytes.length, sha256: digest },
    }),
    await cast.signer('timestamp'),
  );
  const proof = await announceFalsely(chain, () => ({
    snapshot: digest,
    predicate: {
      snapshot: version,
      roles: Object.fromEntries([...roles].map(([name, file]) => [name, file.sha256])),
    },
  }));
  return {
    [`metadata/${targets.version}.targets.json`]: targets.bytes,
    [`metadata/${product.version}.${role}.json`]: product.bytes,
    [`metadata/${version}.snapshot.json`]: snapshotBytes,
    'metadata/timestamp.json': timestampBytes,
    [`publication/${digest}.json`]: proof,
  };
}

interface Resigned {
  readonly name: string;
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** The role's newest file under the next version, changed and signed by these alone. */
async function resigned(
  { cast }: Chain,
  name: string,
  signers: readonly Signer[],
  change: (signed: JsonObject) => JsonObject,
): Promise<Resigned> {
  const found = await openRepository(cast.vendor.public).newest(name);
  if (found === undefined) throw fail('tour.step', `there is no role ${name}`);
  const { signed: before } = signedPart.check(parseJson(found.bytes, { bytes: 8 << 20, depth: 16 }));
  const version = found.signed.version + 1;
  const expires = formatTime(systemClock.now() / 1000 + 86_400);
  const draft = canonicalJson(change({ ...(before as JsonObject), version, expires }));
  const signatures = await Promise.all(signers.map((signer) => signTuf(draft, signer)));
  return { name, version, bytes: assembleTuf(draft, signatures) };
}

async function assembled(draft: Uint8Array, signer: Signer): Promise<Uint8Array> {
  return assembleTuf(draft, [await signTuf(draft, signer)]);
}

/** The vendor's key for deltas becomes a second one for the product. */
function listBothKeys(old: JsonObject): JsonObject {
  const delegations = old['delegations'] as unknown as {
    readonly roles: readonly { readonly name: string; readonly keyids: readonly string[] }[];
  };
  const deltas = delegations.roles.find(({ name }) => name === 'agent-deltas')?.keyids ?? [];
  const roles = delegations.roles.map((one) =>
    one.name === role ? { ...one, keyids: [...one.keyids, ...deltas] } : one,
  );
  return { ...old, delegations: { ...delegations, roles } };
}
