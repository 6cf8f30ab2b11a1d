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
  /** A version that was published before, with the vendor's signature alone. */
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
    const answer = await judge(
      request,
      cosigner.operator,
      await cosigner.cosign(request.delegation.name, request.file, signal),
    );
    if (answer.kind === 'refused' && answer.code === 'cosign.version' && !caughtUp) {
      caughtUp = true;
      if (await catchUp(request, cosigner, signal)) continue;
    }
    if (signal.aborted && answer.kind === 'unreachable') return; // We hung up, not they.
    await settle(cosigner.operator, answer);
    if (answer.kind === 'signed' || answer.kind === 'refused') return;
    await sleep(request.wait.pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * A supervisor signs versions in order (D15). One that was down or late when the others sufficed has gaps:
 * it is shown the published versions that it lacks. Answers whether it has signed them all.
 */
async function catchUp(
  { file, delegation, earlier }: CosignRequest,
  cosigner: Cosigner,
  signal: AbortSignal,
): Promise<boolean> {
  const last = await cosigner.last(delegation.name);
  const { version } = parseTargets(file, { sha256 }).signed;
  if (last === undefined || last + 1 >= version) return false;
  for (let next = last + 1; next < version; next++) {
    const published = await earlier(next);
    if (published === undefined) return false;
    const answer = await cosigner.cosign(delegation.name, published, signal);
    if (answer.kind !== 'signed') return false;
  }
  return true;
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
