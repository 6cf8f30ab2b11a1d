// The policy and the pinned root under which everything is judged.

import {
  signPolicy,
  signRoot,
  toBase64,
  utf8,
  type RootPlan,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import type { World } from '../world.ts';
import { digestOf, given, refused, remembered, undecided, type Draft } from './case.ts';
import { threeOfFour } from './heads.ts';

/** The policy, changed, and signed by the first `signatures` root keys. */
function policyWith(
  { policy, rootKeys }: World,
  change: (document: TrustPolicyDocument) => TrustPolicyDocument,
  signatures = rootKeys.length,
): Promise<Uint8Array> {
  return signPolicy(
    change(policy.document),
    rootKeys.slice(0, signatures).map(({ signer }) => signer),
  );
}

function rootWith(world: World, change: Partial<RootPlan>): Promise<Uint8Array> {
  return signRoot({
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: world.rootKeys,
    ...change,
  });
}

export const trustCases: readonly Draft[] = [
  given('an older policy than was accepted before', refused('policy', 'verdict.policy'), () => ({
    state: remembered({ policy: { version: 2, sha256: digestOf('policy 2') } }),
  })),
  given('another policy of the same version', refused('policy', 'verdict.policy'), () => ({
    state: remembered({ policy: { version: 1, sha256: digestOf('another policy 1') } }),
  })),
  given('an older root than was accepted before', refused('policy', 'verdict.policy'), () => ({
    state: remembered({ root: { version: 2, sha256: digestOf('root 2') } }),
  })),
  given(
    'a policy that pins its own active log as ended',
    refused('policy', 'policy.position'),
    async (world) => ({
      policy: await policyWith(world, (document) => ({
        ...document,
        log: {
          ...document.log,
          frozen: [{ origin: document.log.origin, size: 1, root: toBase64(new Uint8Array(32)) }],
        },
      })),
    }),
  ),
  given(
    'a policy that calls the vendor of the root a supervisor',
    refused('policy', 'policy.vendor'),
    async (world) => ({
      policy: await policyWith(world, (document) => ({
        ...document,
        operators: document.operators.map((one) =>
          one.id === 'vendor' ? { ...one, part: 'supervisor' as const } : one,
        ),
      })),
    }),
  ),
  given(
    'a state that can hold no further line of products',
    undecided('release', 'verdict.state-full'),
    () => ({
      state: remembered({
        sequences: Object.fromEntries(Array.from({ length: 1024 }, (_, i) => [`product-${i}/stable`, 1])),
      }),
    }),
  ),
  given('a policy that is not JSON', refused('policy', 'json.syntax'), () => ({
    policy: utf8('version = 1\n'),
  })),
  given(
    'a policy signed by four of the five that must',
    refused('policy', 'policy.threshold'),
    async (world) => ({
      policy: await policyWith(world, (document) => document, 4),
    }),
  ),
  given('a policy under another root', refused('policy', 'envelope.key'), async (world) => ({
    root: await rootWith(world, { threshold: 4, keys: world.rootKeys.slice(1) }),
  })),
  given('a root that one operator can sign alone', refused('policy', 'root.balance'), async (world) => ({
    root: await rootWith(world, { threshold: 3 }),
  })),
  given('a policy whose quorums do not intersect', refused('policy', 'policy.quorum'), async (world) => ({
    policy: await policyWith(world, (document) => ({
      ...document,
      witnesses: { ...document.witnesses, quorum: 1 },
    })),
  })),
  given(
    'a policy of two witnesses out of four',
    refused('policy', 'policy.quorum'),
    async (world) => ({
      policy: await policyWith(world, (document) => ({
        ...document,
        witnesses: { ...document.witnesses, quorum: 2 },
      })),
    }),
    threeOfFour,
  ),
  given('a policy in which the vendor rebuilds', refused('policy', 'policy.vendor'), async (world) => ({
    policy: await policyWith(world, (document) => ({
      ...document,
      keys: document.keys.map((key) => (key.role === 'rebuilder' ? { ...key, operator: 'vendor' } : key)),
    })),
  })),
];
