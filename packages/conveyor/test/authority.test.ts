import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signEnvelope, utf8, type PolicyKey, type Signer, type TrustPolicy } from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { policyAuthority } from '../src/index.ts';
import { refusal } from './helpers.ts';

const origin = 'vendor.example/log';

function keyOf(signer: Signer, more: Partial<PolicyKey>): [string, PolicyKey] {
  const key = {
    keyid: signer.keyid,
    publicKey: '',
    spki: signer.publicKey,
    operator: 'vendor',
    role: 'builder',
    from: { origin, index: 5 },
    ...more,
  } as PolicyKey;
  return [signer.keyid, key];
}

/** As much of a policy as decides about statement keys. */
const policy = {
  keys: new Map([
    keyOf(testSigner('builder'), {
      builder: 'https://vendor.example/conveyor',
      until: { origin, index: 9 },
    } as Partial<PolicyKey>),
    keyOf(testSigner('order'), { role: 'order' }),
  ]),
  place: ({ origin: where, index }: { origin: string; index: number }) =>
    where === origin ? [0, index] : undefined,
} as unknown as TrustPolicy;

describe('an entry counts', () => {
  const authority = policyAuthority(policy, origin);
  const by = async (name: string, index: number): Promise<Parameters<typeof authority.require>[0]> => ({
    index,
    envelope: await signEnvelope(utf8('{}'), testSigner(name)),
  });

  test('by a listed key of the role, where it is valid; a builder answers for its URI', async () => {
    assert.deepEqual(await authority.require(await by('builder', 5), 'builder'), {
      builder: 'https://vendor.example/conveyor',
    });
    assert.deepEqual(await authority.require(await by('order', 9), 'order'), { builder: undefined });
  });

  const refused: readonly (readonly [string, string, number, 'builder' | 'order'])[] = [
    ['before its key was valid', 'builder', 4, 'builder'],
    ['after its key has ended', 'builder', 9, 'builder'],
    ['under another role', 'order', 6, 'builder'],
    ['by a key that is not listed', 'stranger', 6, 'order'],
  ];
  for (const [when, name, index, role] of refused) {
    test(`not ${when}`, async () => {
      await assert.rejects(authority.require(await by(name, index), role), refusal('order.signer', index));
    });
  }

  test('not in another log, and not with a signature that is not its own', async () => {
    await assert.rejects(
      policyAuthority(policy, 'other').require(await by('order', 6), 'order'),
      refusal('order.signer'),
    );
    const { envelope } = await by('order', 6);
    const [good] = (await by('builder', 6)).envelope.signatures;
    const signatures = envelope.signatures.map(({ keyid }) => ({ keyid, sig: good?.sig ?? '' }));
    await assert.rejects(
      authority.require({ index: 6, envelope: { ...envelope, signatures } }, 'order'),
      refusal('signature.invalid'),
    );
  });
});
