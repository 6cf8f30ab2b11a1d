// The delegated role of a product and channel: our signature, those of the supervisors, and the file.

import { join } from 'node:path';
import {
  assembleTuf,
  canonicalJson,
  equal,
  isVitrineError,
  parseJson,
  type Json,
  type TufSignature,
} from '@vitrine/evidence';
import { readBounded, sha256 } from '@vitrine/host';
import { parseTargets } from '@vitrine/tuf';
import { fail } from '../codes.ts';
import { collectCosignatures, describeAnswer, type CosignWait } from './cosign.ts';
import type { CosignAnswer } from './cosigner.ts';
import { intentJournal, lostJournal, roleFileOf, type Intent } from './intent.ts';
import type { Publisher } from './publisher.ts';

const roleBytes = 8 << 20;

/** D15: supervisors sign the very bytes of the role. Those of a role that is written are in it. */
export async function cosign(
  publisher: Publisher,
  intent: Intent,
  wait: CosignWait,
): Promise<readonly TufSignature[]> {
  const { repository, cosigners, onStep } = publisher;
  const file = roleFileOf(intent);
  const written = await repository.newest(intent.role);
  if (written !== undefined && equal(written.message, parseTargets(file, { sha256 }).message)) return [];
  const targets = (await repository.newest('targets'))?.signed;
  const delegation = targets?.delegations.find(({ name }) => name === intent.role);
  if (targets === undefined || delegation === undefined)
    throw fail('release.role', `the top-level targets delegate nothing to ${intent.role}`, {
      at: intent.role,
    });
  const signedBy = new Set(intent.signedBy);
  // Durable before the first of them can sign: an answer that is lost may have been a signature.
  const shown: Intent = { ...intent, asked: true };
  await intentJournal(publisher).write(shown);
  const refused = new Set<string>();
  let isRefusedByAll = !intent.asked;
  let noted = Promise.resolve();
  try {
    return await collectCosignatures({
      file,
      delegation,
      operators: targets.operators,
      needed: delegation.threshold - 1,
      cosigners,
      earlier: (version) => earlierRole(publisher, intent, version),
      wait,
      onAnswer: async (operator, answer) => {
        onStep?.(operator, describeAnswer(answer));
        if (leavesNothing(answer)) refused.add(operator);
        else if (answer.kind !== 'pending') isRefusedByAll = false;
        if (answer.kind !== 'signed' || signedBy.has(operator)) return;
        signedBy.add(operator);
        // One after the other: two answers at once must both stay.
        noted = noted.then(() =>
          intentJournal(publisher).write({ ...shown, signedBy: [...signedBy].sort() }),
        );
        await noted;
      },
    });
  } catch (error) {
    // Refused for good by all of them, and nobody was asked before: nothing of it exists for others.
    isRefusedByAll &&= cosigners.every(({ operator }) => refused.has(operator));
    if (isVitrineError(error, 'release.refused') && isRefusedByAll) await intentJournal(publisher).clear();
    throw error;
  }
}

/**
 * A refusal before anything was signed. "Not this version" may mean that it signed it with other bytes,
 * and an answer that is no good signature shows that it signed something.
 */
function leavesNothing(answer: CosignAnswer): boolean {
  return (
    answer.kind === 'refused' && answer.code !== 'cosign.version' && answer.code !== 'release.cosignature'
  );
}

/** The file of an earlier version, with our signature alone: what a supervisor is asked to sign. */
async function earlierRole(
  publisher: Publisher,
  { role, signature: { keyid } }: Intent,
  version: number,
): Promise<Uint8Array | undefined> {
  const path = join(publisher.folder, 'metadata', `${version}.${role}.json`);
  try {
    const { signatures, bytes } = parseTargets(await readBounded(path, roleBytes), { sha256 });
    const { signed } = parseJson(bytes, { bytes: roleBytes, depth: 16 }) as { readonly signed: Json };
    return assembleTuf(
      canonicalJson(signed),
      signatures.filter((one) => one.keyid === keyid),
    );
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return lostRole(publisher, role, version);
    if (isVitrineError(error)) return undefined; // Signed by an earlier key of ours.
    throw error;
  }
}

/** The very bytes that others were shown as this version before it was dropped. */
async function lostRole(
  publisher: Publisher,
  role: string,
  version: number,
): Promise<Uint8Array | undefined> {
  const lost = await lostJournal(publisher, role, version).read();
  return lost && roleFileOf(lost);
}

export async function writeRole(
  { repository, onStep }: Publisher,
  intent: Intent,
  cosignatures: readonly TufSignature[],
): Promise<void> {
  if (cosignatures.length === 0) return; // It is written, with those of an earlier run.
  await repository.writeRole(intent.role, roleFileOf(intent, cosignatures));
  onStep?.('role', `${intent.role} version ${intent.version}`);
}
