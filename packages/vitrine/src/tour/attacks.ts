// Chapter one, the refusals: each attack is carried out on real bytes with the real keys of whoever is
// corrupt in it, and must be refused by `vitrine verify` for its own reason.

import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  formatEvidence,
  formatNote,
  fromUtf8,
  noteSigner,
  noteTypes,
  formatVkey,
  parseEvidence,
  parseNote,
  release,
  signPolicy,
  signStatement,
  statementOf,
  utf8,
  type EvidenceFile,
  type Json,
  type Note,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { buildAltered } from './altered.ts';
import type { Cast } from './cast.ts';
import type { Chain } from './chain.ts';
import { fail } from '../codes.ts';
import { forkedEvidence } from './fork.ts';
import { judge, type Files } from './judge.ts';
import type { Judged, Stage } from './stage.ts';

export async function runAttacks(stage: Stage, chain: Chain): Promise<void> {
  const folder = join(chain.folders.data, 'attacks');
  await makeDurableDirectory(folder);
  const honest = parseEvidence(await readFile(chain.files.evidence));
  const { artifact, evidence, publication, policy, root } = chain.files;
  const files: Files = { artifact, evidence, publication, policy, root };
  const against = (changed: Partial<Files>): Promise<Judged> =>
    judge({ ...files, ...changed }, chain.folders.home);
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeDurable(join(folder, name), bytes, { overwrite: true });
    return join(folder, name);
  };

  await stage.attack('changed artifact', 'verdict.artifact', async () => {
    const bytes = new Uint8Array(await readFile(artifact));
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] as number) ^ 1;
    return against({ artifact: await write('flipped.mjs', bytes) });
  });

  await stage.attack('build from altered source', 'verdict.differs', async () => {
    const altered = await buildAltered(chain, join(folder, 'rebuilder'));
    return against({
      artifact: await write('altered.mjs', altered.artifact),
      evidence: await write('altered.json', altered.evidence),
    });
  });

  await stage.attack('statement that is not in the log', 'merkle.inclusion', async () => {
    const forged = await withUnloggedRelease(honest, chain.cast);
    return against({ evidence: await write('unlogged.json', canonicalJson(forged as unknown as Json)) });
  });

  await stage.attack('missing cosignature', 'verdict.quorum', async () => {
    const stripped = rewriteNote(honest, ({ text, signatures }) => ({
      text,
      signatures: signatures.filter(({ name }) => name !== chain.cast.witnesses[1]?.signer.key.name),
    }));
    return against({ evidence: await write('stripped.json', stripped) });
  });

  await stage.attack('forked log, both heads cosigned', 'verdict.fork', async () => {
    const fork = await forkedEvidence(chain, join(folder, 'fork'));
    const state = join(folder, 'state.json');
    await copyFile(chain.files.state, state);
    return against({ evidence: await write('forked.json', fork.evidence), state, log: fork.log });
  });

  await stage.attack('replayed old checkpoint', 'verdict.rollback', async () => {
    const state = join(folder, 'state.json');
    await copyFile(chain.files.state, state);
    return against({ publication: chain.olderPublication, state });
  });

  await stage.attack('one signature twice towards the quorum', 'note.duplicate', async () => {
    const doubled = rewriteNote(honest, ({ text, signatures }) => {
      const [first, second] = chain.cast.witnesses.map(({ signer }) => signer.key.name);
      const own = signatures.find(({ name }) => name === first);
      if (own === undefined) throw fail('tour.step', 'the evidence lacks the cosignature to double');
      return { text, signatures: [...signatures.filter(({ name }) => name !== second), own] };
    });
    return against({ evidence: await write('doubled.json', doubled) });
  });

  await stage.attack('policy whose quorums do not intersect', 'policy.quorum', async () => {
    const document = await twoOfFour(chain.cast, folder);
    return against({
      policy: await write('two-of-four.json', await signPolicy(document, chain.cast.rootSigners)),
    });
  });
}

/** A release that the vendor's own key signed and nobody logged, in the place of the logged one. */
async function withUnloggedRelease(honest: EvidenceFile, cast: Cast): Promise<EvidenceFile> {
  const statements = await Promise.all(
    honest.statements.map(async (one) => {
      const statement = statementOf(one.envelope);
      if (statement.predicateType !== release.predicateType) return one;
      const predicate = { ...release.schema.check(statement.predicate), sequence: 2 };
      return {
        ...one,
        envelope: await signStatement(release, statement.subject, predicate, cast.signer('releaser')),
      };
    }),
  );
  return { ...honest, statements };
}

function rewriteNote(honest: EvidenceFile, rewrite: (note: Note) => Note): Uint8Array {
  const checkpoint = fromUtf8(formatNote(rewrite(parseNote(utf8(honest.checkpoint)))));
  return formatEvidence({ ...honest, checkpoint });
}

/** Two of four witnesses with one that may be faulty: two disjoint quorums can cosign two histories (D6). */
async function twoOfFour(cast: Cast, folder: string): Promise<TrustPolicyDocument> {
  const from = { origin: cast.origin, index: 0 };
  const more = await Promise.all(
    ['auditor', 'trustee'].map(async (operator) => {
      const signer = await generateKey(join(folder, `${operator}-witness.key`), 'ed25519');
      const { key } = noteSigner(`tour.example/${operator}/witness`, noteTypes.cosignature, signer);
      return { vkey: formatVkey(key), operator, from };
    }),
  );
  const auditor = {
    id: 'auditor',
    name: 'Auditor of the tour',
    jurisdiction: 'FR',
    part: 'supervisor',
  } as const;
  const { policy } = cast;
  return {
    ...policy,
    version: 2,
    operators: [auditor, ...policy.operators].sort((a, b) => (a.id < b.id ? -1 : 1)),
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: [...policy.witnesses.keys, ...more].sort((a, b) => (a.vkey < b.vkey ? -1 : 1)),
    },
  };
}
