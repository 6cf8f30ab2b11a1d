// Files that an attacker makes from honest ones.

import { join } from 'node:path';
import {
  canonicalJson,
  formatNote,
  formatPublicationFile,
  formatVkey,
  fromUtf8,
  noteSigner,
  noteTypes,
  parseEvidence,
  parseNote,
  parsePublicationFile,
  release,
  signStatement,
  statementOf,
  utf8,
  type Json,
  type Note,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { generateKey } from '@vitrine/keys';
import { fail } from '../codes.ts';
import { origin, type Cast } from './cast.ts';

/** A release that the vendor's own key signed and nobody logged, in the place of the logged one. */
export async function withUnloggedRelease(evidence: Uint8Array, cast: Cast): Promise<Uint8Array> {
  const honest = parseEvidence(evidence);
  const releaser = await cast.signer('releaser');
  const statements = await Promise.all(
    honest.statements.map(async (one) => {
      const statement = statementOf(one.envelope);
      if (statement.predicateType !== release.predicateType) return one;
      const predicate = { ...release.schema.check(statement.predicate), sequence: 2 };
      return { ...one, envelope: await signStatement(release, statement.subject, predicate, releaser) };
    }),
  );
  return canonicalJson({ ...honest, statements } as unknown as Json);
}

/** The publication without the cosignature of the second witness. */
export async function stripped(publication: Uint8Array, cast: Cast): Promise<Uint8Array> {
  const [, second] = await witnessNames(cast);
  return rewriteNote(publication, ({ text, signatures }) => ({
    text,
    signatures: signatures.filter(({ name }) => name !== second),
  }));
}

/** The first witness's line twice, in the place of the second's. */
export async function doubled(publication: Uint8Array, cast: Cast): Promise<Uint8Array> {
  const [first, second] = await witnessNames(cast);
  return rewriteNote(publication, ({ text, signatures }) => {
    const own = signatures.find(({ name }) => name === first);
    if (own === undefined) throw fail('tour.step', 'the publication lacks the cosignature to double');
    return { text, signatures: [...signatures.filter(({ name }) => name !== second), own] };
  });
}

async function witnessNames(cast: Cast): Promise<readonly string[]> {
  return (await cast.witnessSigners()).map(({ key }) => key.name);
}

function rewriteNote(publication: Uint8Array, rewrite: (note: Note) => Note): Uint8Array {
  const { checkpoint, statement } = parsePublicationFile(publication);
  return formatPublicationFile({
    checkpoint: fromUtf8(formatNote(rewrite(parseNote(utf8(checkpoint))))),
    statement,
  });
}

/** Two of four witnesses with one that may be faulty: two disjoint quorums can cosign two histories (D6). */
export async function twoOfFour({ policy }: Cast, folder: string): Promise<TrustPolicyDocument> {
  const { document } = policy;
  const more = await Promise.all(
    ['auditor', 'trustee'].map(async (operator) => {
      const signer = await generateKey(join(folder, `${operator}-witness.key`), 'ed25519');
      const { key } = noteSigner(`${operator}/witness`, noteTypes.cosignature, signer);
      return { vkey: formatVkey(key), operator, from: { origin, index: 0 } };
    }),
  );
  const auditor = {
    id: 'auditor',
    name: 'Auditor of the tour',
    jurisdiction: 'FR',
    part: 'supervisor',
  } as const;
  return {
    ...document,
    version: 2,
    operators: [auditor, ...document.operators].sort((a, b) => (a.id < b.id ? -1 : 1)),
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: [...document.witnesses.keys, ...more].sort((a, b) => (a.vkey < b.vkey ? -1 : 1)),
    },
  };
}
