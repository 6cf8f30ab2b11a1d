// Who has signed what: each signature checked against the plan, distinct keys counted for each quorum.

import { fromBase64, isVitrineError, parseSpki, requireSignature } from '@vitrine/evidence';
import { verifySignature } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Holder, Plan, PlannedDocument, Quorum } from './plan.ts';
import { parseSignatureFile, type SignatureFile } from './signature.ts';

export interface SignedBy {
  readonly holder: Holder;
  readonly sig: Uint8Array;
}

export interface QuorumTally {
  readonly quorum: Quorum;
  readonly signed: readonly SignedBy[];
  /** By operator. */
  readonly missing: readonly Holder[];
  readonly reached: boolean;
}

export interface DocumentTally {
  readonly document: PlannedDocument;
  /** By distinct keys, ascending by keyid. */
  readonly signed: readonly SignedBy[];
  readonly quorums: readonly QuorumTally[];
  readonly reached: boolean;
}

export interface Rejected {
  readonly file: string;
  readonly reason: string;
}

export interface Tally {
  readonly documents: readonly DocumentTally[];
  /** Files that count for nothing, each with its reason: never silently passed over. */
  readonly rejected: readonly Rejected[];
  readonly reached: boolean;
}

export async function tally(
  plan: Plan,
  digest: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<Tally> {
  const rejected: Rejected[] = [];
  /** By digest of what is signed, then by key. */
  const valid = new Map<string, Map<string, SignedBy>>();
  for (const { name, bytes } of files) {
    try {
      const file = parseSignatureFile(bytes);
      if (file.plan !== digest) rejected.push({ file: name, reason: 'it is for another plan' });
      else await count(plan, file, valid);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      rejected.push({ file: name, reason: `${error.message} (${error.code})` });
    }
  }
  const documents = plan.documents.map((document) => tallyDocument(document, valid.get(document.sha256)));
  return { documents, rejected, reached: documents.every(({ reached }) => reached) };
}

/** All of a file or nothing: a file with one bad signature is not to be trusted with the others. */
async function count(
  plan: Plan,
  { keyid, signatures }: SignatureFile,
  valid: Map<string, Map<string, SignedBy>>,
): Promise<void> {
  const counted: [string, SignedBy][] = [];
  for (const { name, sha256, sig } of signatures) {
    const document = plan.documents.find((one) => one.name === name && one.sha256 === sha256);
    if (document === undefined && plan.documents.some((one) => one.name === name))
      throw fail('ceremony.digest', `it signs other bytes of ${name} than those of the plan`);
    const holder = document?.quorums.flatMap(({ holders }) => holders).find((one) => one.keyid === keyid);
    if (document === undefined || holder === undefined) continue; // Of no quorum: it counts for nothing.
    const spki = fromBase64(holder.publicKey);
    parseSpki(spki);
    await requireSignature(spki, fromBase64(document.message), fromBase64(sig), verifySignature);
    counted.push([sha256, { holder, sig: fromBase64(sig) }]);
  }
  for (const [sha256, signed] of counted) {
    const ofDocument = valid.get(sha256) ?? new Map<string, SignedBy>();
    ofDocument.set(keyid, signed);
    valid.set(sha256, ofDocument);
  }
}

function tallyDocument(
  document: PlannedDocument,
  valid: ReadonlyMap<string, SignedBy> = new Map(),
): DocumentTally {
  const quorums = document.quorums.map((quorum): QuorumTally => {
    const signed = quorum.holders.flatMap(({ keyid }) => valid.get(keyid) ?? []);
    return {
      quorum,
      signed,
      missing: quorum.holders
        .filter(({ keyid }) => !valid.has(keyid))
        .sort((a, b) => (a.operator < b.operator ? -1 : 1)),
      reached: signed.length >= quorum.threshold,
    };
  });
  return {
    document,
    signed: [...valid.values()].sort((a, b) => (a.holder.keyid < b.holder.keyid ? -1 : 1)),
    quorums,
    reached: quorums.every(({ reached }) => reached),
  };
}

/** D4: whether an operator alone reaches the threshold, or one that is not the vendor can block it. */
export function balanceOf({ threshold, holders }: Quorum, vendor: string): string {
  const counts = [...Map.groupBy(holders, ({ operator }) => operator)].map(
    ([operator, keys]) => [operator, keys.length] as const,
  );
  const alone = counts.find(([, own]) => own >= threshold)?.[0];
  const blocking = counts.find(
    ([operator, own]) => operator !== vendor && holders.length - own < threshold,
  )?.[0];
  return [
    alone === undefined
      ? `nobody alone reaches ${threshold} of ${holders.length}`
      : `${alone} alone reaches it`,
    blocking === undefined ? `nobody but ${vendor} can block it` : `${blocking} can block it`,
  ].join('; ');
}

/** `5 of 5: vendor 3, supervisor-a 1, supervisor-b 1`. */
export function describeQuorum({ quorum, signed }: QuorumTally): string {
  const byOperator = new Map<string, number>();
  for (const { holder } of signed)
    byOperator.set(holder.operator, (byOperator.get(holder.operator) ?? 0) + 1);
  const who = [...byOperator]
    .map(([operator, keys]) => `${operator} ${keys}`)
    .sort()
    .join(', ');
  return `${signed.length} of ${quorum.threshold}${who === '' ? '' : `: ${who}`}`;
}
