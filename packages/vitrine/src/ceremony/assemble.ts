// From a plan and enough signatures to the files: assembled, and then judged as every reader will judge
// them. Below a threshold nothing is assembled.

import {
  assembleTuf,
  canonicalJson,
  formatEnvelope,
  fromBase64,
  inTotoPayload,
  loadPolicy,
  loadRoot,
  toBase64,
  toHex,
  tufKeyidOf,
  tufKeyOf,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { loadResidency } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { targetsOfDraft } from '../vendor/targets.ts';
import type { DocumentName } from './plan.ts';
import type { DocumentTally, SignedBy, Tally } from './tally.ts';

/** By digest of what was signed. */
export type Assembled = ReadonlyMap<string, AssembledFile>;

export interface AssembledFile {
  readonly name: DocumentName;
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** `root`: the one that the documents are judged by where the plan has none. */
export async function assemble(tally: Tally, root: Uint8Array | undefined): Promise<Assembled> {
  requireReached(tally);
  const files = tally.documents.map((one): readonly [string, AssembledFile] => {
    const { name, version, sha256: digest } = one.document;
    return [digest, { name, version, bytes: fileOf(one) }];
  });
  const assembled = new Map(files);
  const judge = assembledOf(assembled, 'root') ?? root;
  if (judge === undefined) throw fail('ceremony.root', 'there is no root that could judge the documents');
  // Each by the function that its readers use.
  const pinned = await loadRoot(judge, verifySignature, sha256);
  for (const { name, bytes } of assembled.values()) {
    if (name === 'policy') await loadPolicy(bytes, judge, verifySignature, sha256);
    if (name === 'residency') await loadResidency(bytes, pinned, verifySignature, sha256);
  }
  return assembled;
}

/** Of what a plan has once. */
export function assembledOf(
  files: Assembled,
  wanted: Exclude<DocumentName, 'residency'>,
): Uint8Array | undefined {
  return [...files.values()].find(({ name }) => name === wanted)?.bytes;
}

function requireReached({ documents }: Tally): void {
  for (const { document, quorums } of documents) {
    const open = quorums.find(({ reached }) => !reached);
    if (open === undefined) continue;
    const missing = [...new Set(open.missing.map(({ operator }) => operator))].join(', ');
    throw fail(
      'ceremony.threshold',
      `${document.name} ${document.version} has ${open.signed.length} of the ${open.quorum.threshold} signatures of root ${open.quorum.root}; not yet: ${missing}`,
      { at: document.name },
    );
  }
}

function fileOf(one: DocumentTally): Uint8Array {
  const { name, signed } = one.document;
  const bytes = canonicalJson(signed);
  switch (name) {
    case 'root':
      return assembleTuf(bytes, one.signed.map(tufSignature));
    case 'targets':
      targetsOfDraft(bytes); // Refuses what no client would read.
      return assembleTuf(bytes, one.signed.map(tufSignature));
    case 'policy':
    case 'residency':
      return formatEnvelope({
        payload: toBase64(bytes),
        payloadType: inTotoPayload,
        signatures: inEveryRoot(one).map(({ holder, sig }) => ({ keyid: holder.keyid, sig: toBase64(sig) })),
      });
  }
}

function tufSignature({ holder, sig }: SignedBy): { keyid: string; sig: string } {
  return { keyid: tufKeyidOf(tufKeyOf(fromBase64(holder.publicKey)), sha256), sig: toHex(sig) };
}

/**
 * A policy of either kind with a signature by a stranger is refused, so that it must carry only keys that the root in
 * force and the next one share: clients on either side of the change read the same file.
 */
function inEveryRoot({ document, signed, quorums }: DocumentTally): readonly SignedBy[] {
  const shared = signed.filter(({ holder }) =>
    document.quorums.every(({ holders }) => holders.some(({ keyid }) => keyid === holder.keyid)),
  );
  const short = quorums.find(({ quorum }) => shared.length < quorum.threshold);
  if (short !== undefined)
    throw fail(
      'ceremony.overlap',
      `only ${shared.length} keys that both roots share have signed the ${document.name}; root ${short.quorum.root} asks for ${short.quorum.threshold}`,
    );
  return shared;
}
