// Collecting the signatures that a delegated role needs: all supervisors are asked at once, those that
// are not ready again and again, until enough have signed (D4, D15).

import { setTimeout as sleep } from 'node:timers/promises';
import { fromHex, isVitrineError, requireSignature, type TufSignature } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { parseTargets, type Delegation } from '@vitrine/tuf';
import { fail } from '../codes.ts';
import type { CosignAnswer, Cosigner } from './cosigner.ts';

export interface CosignRequest {
  /** The role file, signed by the vendor. */
  readonly file: Uint8Array;
  /** Whose signatures count, from top-level targets. */
  readonly delegation: Delegation;
  /** The operator of each delegation key by TUF keyid. */
  readonly operators: ReadonlyMap<string, string>;
  /** Supervisors that must sign. */
  readonly needed: number;
  readonly cosigners: readonly Cosigner[];
  /** A version that was published or shown to supervisors before, with the vendor's signature alone. */
  readonly earlier: (version: number) => Promise<Uint8Array | undefined>;
  readonly wait: CosignWait;
  /** What it does is done before the answer counts. */
  readonly onAnswer?: ((operator: string, answer: CosignAnswer) => Promise<void>) | undefined;
}

export interface CosignWait {
  /** For enough of them. */
  readonly timeoutMs: number;
  /** For the others, once enough have signed: more signatures are better than just enough. */
  readonly patienceMs: number;
  readonly pollMs: number;
}

export const defaultWait: CosignWait = { timeoutMs: 600_000, patienceMs: 30_000, pollMs: 1_000 };

/** Answers at least `needed` verified signatures of distinct operators. */
export async function collectCosignatures(request: CosignRequest): Promise<readonly TufSignature[]> {
  const { cosigners, needed, wait } = request;
  const answers = new Map<string, CosignAnswer>();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), wait.timeoutMs);
  let patience: NodeJS.Timeout | undefined;
  const count = (kind: CosignAnswer['kind']): number =>
    [...answers.values()].filter((answer) => answer.kind === kind).length;
  const settle = async (operator: string, answer: CosignAnswer): Promise<void> => {
    await request.onAnswer?.(operator, answer);
    answers.set(operator, answer);
    if (cosigners.length - count('refused') < needed) over.abort();
    if (count('signed') < needed) return;
    // Nobody waits for a supervisor that is down: only for one that is still at work.
    if (answers.size === cosigners.length && count('pending') === 0) over.abort();
    else patience ??= setTimeout(() => over.abort(), wait.patienceMs);
  };
  try {
    await Promise.all(cosigners.map((one) => askUntilSettled(request, one, settle, over.signal)));
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
  }
  const signatures = [...answers.values()].flatMap((answer) =>
    answer.kind === 'signed' ? [answer.signature] : [],
  );
  if (signatures.length >= needed) return signatures;
  throw notEnough(request, answers, signatures.length);
}

async function askUntilSettled(
  request: CosignRequest,
  cosigner: Cosigner,
  settle: (operator: string, answer: CosignAnswer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let caughtUp = false;
  while (!signal.aborted) {
    let answer = await judge(
      request,
      cosigner.operator,
      await cosigner.cosign(request.delegation.name, request.file, signal),
    );
    if (answer.kind === 'refused' && answer.code === 'cosign.version' && !caughtUp) {
      const missed = await catchUp(request, cosigner, answer, signal);
      caughtUp = missed.kind === 'signed';
      if (caughtUp) continue;
      answer = missed;
    }
    if (signal.aborted && answer.kind === 'unreachable') return; // We hung up, not they.
    await settle(cosigner.operator, answer);
    if (answer.kind === 'signed' || answer.kind === 'refused') return;
    await sleep(request.wait.pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * A supervisor signs versions in order (D15). One that was down or late when the others sufficed has gaps:
 * it is shown the versions that it lacks. Answers what it said of the last one that it was shown: a
 * signature where it has signed them all, else why it does not go on, and `refusal` where none can be shown.
 */
async function catchUp(
  { file, delegation: { name }, earlier }: CosignRequest,
  cosigner: Cosigner,
  refusal: Extract<CosignAnswer, { readonly kind: 'refused' }>,
  signal: AbortSignal,
): Promise<CosignAnswer> {
  const last = await cosigner.last(name);
  const { version } = parseTargets(file, { sha256 }).signed;
  if (last === undefined || last + 1 >= version) return refusal;
  let answer: CosignAnswer = refusal;
  for (let next = last + 1; next < version; next++) {
    const missed = await earlier(next);
    if (missed === undefined)
      return { ...refusal, reason: gapOf(cosigner, name, next, version, 'its bytes are not here any more') };
    answer = await cosigner.cosign(name, missed, signal);
    if (answer.kind === 'refused')
      return { ...answer, reason: gapOf(cosigner, name, next, version, answer.reason) };
    if (answer.kind !== 'signed')
      return { ...answer, reason: `version ${next} comes first: ${answer.reason}` };
  }
  return answer;
}

/** A gap that cannot be closed by asking again: what is in the way, and the two ways past it. */
function gapOf({ operator }: Cosigner, name: string, missed: number, version: number, why: string): string {
  return (
    `${operator} must sign version ${missed} of ${name} before version ${version}, and does not: ${why}. ` +
    `Either ${operator} withdraws its objection, or version ${version} is published with other supervisors ` +
    `(it goes on after a published version), if need be after a ceremony for targets that replaces ${operator} or lowers the threshold`
  );
}

/** A signature counts only under a key that the delegation lists for this operator, and if it verifies. */
async function judge(
  { file, delegation, operators }: CosignRequest,
  operator: string,
  answer: CosignAnswer,
): Promise<CosignAnswer> {
  if (answer.kind !== 'signed') return answer;
  const { keyid, sig } = answer.signature;
  const refused = (reason: string): CosignAnswer => ({
    kind: 'refused',
    code: 'release.cosignature',
    reason: `its answer is no signature of the role: ${reason}`,
  });
  const key = delegation.keys.find(({ tufKeyid }) => tufKeyid === keyid);
  if (key === undefined || operators.get(keyid) !== operator)
    return refused(`the key ${keyid} is not listed as its key`);
  try {
    const { message } = parseTargets(file, { sha256 });
    await requireSignature(key.spki, message, fromHex(sig), verifySignature);
    return answer;
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return refused(error.message);
  }
}

function notEnough(
  { delegation: { name }, needed }: CosignRequest,
  answers: ReadonlyMap<string, CosignAnswer>,
  signed: number,
): Error {
  const said = [...answers].map(([operator, answer]) => `${operator}: ${describeAnswer(answer)}`).join('; ');
  const code = [...answers.values()].some(({ kind }) => kind === 'pending' || kind === 'unreachable')
    ? 'release.pending'
    : 'release.refused';
  return fail(code, `${signed} of ${needed} supervisors have signed ${name}; ${said || 'none answered'}`, {
    at: name,
  });
}

export function describeAnswer(answer: CosignAnswer): string {
  switch (answer.kind) {
    case 'signed':
      return 'signed';
    case 'pending':
      return `not yet: ${answer.reason}`;
    case 'refused':
      return `refused: ${answer.reason} (${answer.code})`;
    case 'unreachable':
      return `not reached: ${answer.reason}`;
  }
}
