// A checkpoint under a policy: signed by the log, cosigned by a quorum, and nothing else on it.

import { equal, fromBase64 } from '../bytes.ts';
import type { SignedCheckpoint } from '../checkpoint.ts';
import { headOf } from '../documents/proven.ts';
import { fail } from '../codes.ts';
import { inOrder } from '../concurrent.ts';
import { verifySignatureBy, type ValidSignature } from '../cosignature.ts';
import { describeSignature } from '../note.ts';
import { headKeysAt, isWitnessQuorum, witnessOperatorsAt, type TrustPolicy } from '../policy/load.ts';
import { checkpointPosition } from '../policy/position.ts';
import { quorumClaim } from '../policy/quorum.ts';
import type { VerifySignature } from '../signature.ts';
import type { Finding } from './trial.ts';

/** A frozen shard is pinned in the policy by size and root, and needs no key any more (D24). */
function pinnedShard({ checkpoint }: SignedCheckpoint, { document }: TrustPolicy): boolean {
  const shard = document.log.frozen.find(({ origin }) => origin === checkpoint.origin);
  if (shard === undefined) return false;
  if (checkpoint.size !== shard.size || !equal(checkpoint.root, fromBase64(shard.root))) {
    throw fail(
      'verdict.log',
      `the ended log "${shard.origin}" is pinned at size ${shard.size} with another root`,
    );
  }
  return true;
}

export async function requireLog(
  head: SignedCheckpoint,
  policy: TrustPolicy,
  verify?: VerifySignature,
): Promise<Finding<undefined>> {
  const { checkpoint, note } = head;
  if (pinnedShard(head, policy))
    return { value: undefined, detail: `ended log ${checkpoint.origin}, pinned at size ${checkpoint.size}` };
  if (checkpoint.origin !== policy.document.log.origin) {
    throw fail(
      'verdict.log',
      `the checkpoint is of the log "${checkpoint.origin}", not of "${policy.document.log.origin}"`,
    );
  }
  if (checkpoint.extensions.length > 0) throw fail('verdict.log', 'the checkpoint carries extension lines');
  // A line that no listed key could have written is refused, so that no byte of a file is without meaning.
  const known = [...policy.logKeys, ...policy.witnessKeys];
  const stranger = note.signatures.find(
    ({ name, id }) => !known.some(({ key }) => key.name === name && equal(key.id, id)),
  );
  if (stranger !== undefined)
    throw fail(
      'verdict.stranger',
      `a signature line by ${describeSignature(stranger)}, a key that the policy does not list`,
    );

  const position = checkpointPosition(checkpoint);
  const { log: due } = headKeysAt(policy, position);
  if (due.length === 0)
    throw fail('verdict.log', `no current log key of the policy may sign size ${checkpoint.size}`);
  // Lines of keys that are listed but not due are verified too: no byte of a file is without meaning.
  const found = await inOrder(policy.logKeys.map(({ key }) => verifySignatureBy(note, key, verify)));
  const missing = due.find((key) => found[policy.logKeys.indexOf(key)] === undefined);
  if (missing !== undefined)
    throw fail(
      'verdict.log',
      `the checkpoint is not signed by the log's key ${missing.key.name} (${missing.key.scheme})`,
    );
  const schemes = due.map(({ key }) => key.scheme).join(' and ');
  return { value: undefined, detail: `${checkpoint.origin} signed size ${checkpoint.size} with ${schemes}` };
}

export interface Witnessed {
  /** Seconds since 1970, undefined for a pinned shard: what the quorum attests as the time (D7). */
  readonly time: number | undefined;
}

export async function requireWitnesses(
  head: SignedCheckpoint,
  policy: TrustPolicy,
  verify?: VerifySignature,
): Promise<Finding<Witnessed>> {
  const { checkpoint, note } = head;
  if (pinnedShard(head, policy))
    return { value: { time: undefined }, detail: 'an ended log needs no witness' };
  const position = checkpointPosition(checkpoint);
  const found = await inOrder(
    policy.witnessKeys.map(async (witness) => ({
      witness,
      signature: await verifySignatureBy(note, witness.key, verify),
    })),
  );
  const { witnesses: current } = headKeysAt(policy, position);
  const cosigned = found.flatMap(({ witness, signature }) =>
    signature !== undefined && current.includes(witness) ? [{ witness, signature }] : [],
  );
  const operators = [...new Set(cosigned.map(({ witness }) => witness.operator))];
  const n = witnessOperatorsAt(policy, position).size;
  const { quorum, faulty } = policy.document.witnesses;
  if (
    !isWitnessQuorum(
      policy,
      checkpoint,
      cosigned.map(({ witness }) => witness.key),
    )
  ) {
    throw fail(
      'verdict.quorum',
      `${operators.length} of the ${n} witnesses cosigned size ${checkpoint.size}; ${quorum} must (found: ${operators.join(', ') || 'none'})`,
    );
  }
  return {
    value: {
      time: witnessTime(
        cosigned.map(({ signature }) => signature),
        policy,
        checkpoint,
      ),
    },
    detail: `${operators.join(', ')}: ${operators.length} of ${n}, ${quorumClaim({ size: quorum, faulty }, n)}`,
  };
}

/** A checkpoint as text, for files that prove several statements by one: signed by log and quorum. */
export async function requireHead(
  checkpoint: string,
  policy: TrustPolicy,
  verify?: VerifySignature,
): Promise<Witnessed & { readonly head: SignedCheckpoint }> {
  const head = headOf(checkpoint);
  await requireLog(head, policy, verify);
  const { value } = await requireWitnesses(head, policy, verify);
  return { ...value, head };
}

/**
 * D7: the latest t such that the cosigners with a time ≥ t still form a quorum; one lying clock cannot move
 * it. Undefined without a quorum. The signatures have been verified; those that are no cosignature of a
 * listed witness count for nothing.
 */
export function witnessTime(
  signatures: readonly ValidSignature[],
  policy: TrustPolicy,
  checkpoint: { readonly origin: string; readonly size: number },
): number | undefined {
  const times = [...new Set(signatures.map(({ time }) => time ?? 0))].sort((a, b) => b - a);
  return times.find((least) =>
    isWitnessQuorum(
      policy,
      checkpoint,
      signatures.filter(({ time }) => (time ?? 0) >= least).map(({ key }) => key),
    ),
  );
}
