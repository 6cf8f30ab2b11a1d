// The checkpoint under which everything stands: log, witnesses, places of entries, validity by position.

import {
  formatVkey,
  formatCheckpoint,
  formatNote,
  formatPublicationFile,
  fromUtf8,
  noteSigner,
  noteTypes,
  parseNote,
  parsePublicationFile,
  signCheckpoint,
  toBase64,
  utf8,
  type Note,
  type NoteSigner,
  type Position,
  type Role,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { testSigner } from '../keys.ts';
import { makeWorld, worldOrigin, worldTime, type World, type WorldOptions } from '../world.ts';
import { accepted, digestOf, evidenceWith, given, refused, type Asked, type Draft } from './case.ts';

/** Evidence under a checkpoint whose signature lines were changed. */
async function noteChanged(world: World, change: (note: Note) => Note): Promise<Partial<Asked>> {
  const note = parseNote(utf8(await world.checkpoint()));
  const checkpoint = fromUtf8(formatNote(change(note)));
  return { evidence: await evidenceWith(world, { checkpoint }), publication: undefined };
}

/** Evidence under another checkpoint text, signed by the world's log and witnesses. */
async function textChanged(world: World, text: string): Promise<Partial<Asked>> {
  const signers = [...world.logSigners, ...world.witnessSigners.values()];
  const signatures = await Promise.all(signers.map((one) => signCheckpoint(text, one, worldTime)));
  const checkpoint = fromUtf8(formatNote({ text, signatures }));
  return { evidence: await evidenceWith(world, { checkpoint }), publication: undefined };
}

async function current(world: World): Promise<{ origin: string; size: number; root: Uint8Array }> {
  return { origin: worldOrigin, size: world.log.entries.length, root: await world.log.root() };
}

async function signedBy(note: Note, one: NoteSigner): Promise<Note> {
  return { ...note, signatures: [...note.signatures, await signCheckpoint(note.text, one, worldTime)] };
}

/** A policy in which the keys of one role are valid between these indices only. */
const validOnly = (role: Role, from: number, until?: number): WorldOptions => ({
  policy: (document) => ({
    ...document,
    keys: document.keys.map((key) => (key.role === role ? { ...key, ...between(from, until) } : key)),
  }),
});
function between(from: number, until?: number): { from: Position; until?: Position } {
  const at = (index: number): Position => ({ origin: worldOrigin, index });
  return { from: at(from), ...(until === undefined ? {} : { until: at(until) }) };
}

/** Four witnesses, three of which form a quorum (the default of D6). */
export const threeOfFour: WorldOptions = {
  witnesses: ['supervisor-a', 'supervisor-b', 'trustee', 'union'],
  policy: (document) => ({
    ...document,
    operators: [
      ...document.operators.filter(({ id }) => id !== 'vendor'),
      { id: 'union', name: 'Union of the Customers', jurisdiction: 'AT', part: 'independent' },
      ...document.operators.filter(({ id }) => id === 'vendor'),
    ],
    witnesses: { ...document.witnesses, quorum: 3 },
  }),
};

/**
 * The log as it is once its statements lie in an ended shard (D24): the policy pins its size and root, and
 * judges no key of it any more. Publications are in the next shard, unless the last one is asked for.
 */
const ended = 'log.example/vitrine-2025';
async function rotated(
  options: { root?: Uint8Array; lastPublication?: boolean } = {},
): Promise<Partial<Asked>> {
  const before = await makeWorld();
  const last = await before.publish({ root: { version: 2, sha256: digestOf('the next root') } });
  const size = before.log.entries.length;
  const root = await before.log.root();
  const text = formatCheckpoint({ origin: ended, size, root, extensions: [] });
  const gone = noteSigner(ended, noteTypes.log, testSigner('the key of the ended log'));
  const checkpoint = fromUtf8(formatNote({ text, signatures: [await signCheckpoint(text, gone, 0)] }));

  const from = { origin: ended, index: 0 };
  const frozen = [{ origin: ended, size, root: toBase64(options.root ?? root) }];
  const policy = (document: TrustPolicyDocument): TrustPolicyDocument => ({
    ...document,
    log: { ...document.log, frozen },
    keys: document.keys.map((key) => ({ ...key, from })),
  });
  const world = await makeWorld({ policy });
  return {
    evidence: await evidenceWith(before, { checkpoint }),
    publication:
      options.lastPublication === true
        ? formatPublicationFile({ ...parsePublicationFile(last), checkpoint })
        : await world.publish(),
    policy: world.policyBytes,
    root: world.root,
  };
}

/** Log and witness keys that the policy has ended far above the tree that they sign now. */
const endedNoteKeys = (what: 'log' | 'witnesses'): WorldOptions => ({
  policy: (document) => {
    const keys = document[what].keys.flatMap((key) => {
      const [name = ''] = key.vkey.split('+');
      const type = what === 'log' ? noteTypes.log : noteTypes.cosignature;
      const next = noteSigner(name, type, testSigner(`the next ${name}`));
      return [
        { ...key, ...between(0, 100) },
        { ...key, vkey: formatVkey(next.key) },
      ];
    });
    keys.sort((a, b) => (a.vkey < b.vkey ? -1 : 1));
    return { ...document, [what]: { ...document[what], keys } };
  },
});

export const headCases: readonly Draft[] = [
  given(
    'a small tree signed by a log key that has ended',
    refused('log', 'verdict.log'),
    undefined,
    endedNoteKeys('log'),
  ),
  given(
    'a small tree cosigned by witness keys that have ended',
    refused('witnesses', 'verdict.quorum'),
    undefined,
    endedNoteKeys('witnesses'),
  ),
  given('a log that also signs with ML-DSA-44', accepted(), undefined, { mlDsa: true }),
  given(
    'a checkpoint without the ML-DSA-44 line that the policy asks',
    refused('log', 'verdict.log'),
    (world) =>
      noteChanged(world, ({ text, signatures }) => ({
        text,
        signatures: signatures.filter(({ blob }) => blob.length < 2000),
      })),
    { mlDsa: true },
  ),
  given('a checkpoint without the signature of the log', refused('log', 'verdict.log'), (world) =>
    noteChanged(world, ({ text, signatures }) => ({
      text,
      signatures: signatures.filter(({ name }) => name !== worldOrigin),
    })),
  ),
  given('a log signature over another text', refused('log', 'note.signature'), (world) =>
    noteChanged(world, ({ text, signatures }) => ({ text: text.replace('\n6\n', '\n7\n'), signatures })),
  ),
  given('a checkpoint of another log', refused('log', 'verdict.log'), async (world) =>
    textChanged(
      world,
      formatCheckpoint({ ...(await current(world)), origin: 'elsewhere.example/log', extensions: [] }),
    ),
  ),
  given('a checkpoint with an extension line', refused('log', 'verdict.log'), async (world) =>
    textChanged(world, formatCheckpoint({ ...(await current(world)), extensions: ['more'] })),
  ),
  given('a signature line by a stranger', refused('log', 'verdict.stranger'), async (world) => {
    const stranger = noteSigner('stranger.example/witness', noteTypes.cosignature, testSigner('stranger'));
    const note = await signedBy(parseNote(utf8(await world.checkpoint())), stranger);
    return noteChanged(world, () => note);
  }),

  given('one cosignature of two', refused('witnesses', 'verdict.quorum'), async (world) => ({
    evidence: await world.evidence({ checkpoint: await world.checkpoint({ witnesses: ['supervisor-a'] }) }),
    publication: undefined,
  })),
  given('one cosignature twice', refused('witnesses', 'note.duplicate'), (world) =>
    noteChanged(world, ({ text, signatures }) => ({
      text,
      signatures: signatures.map((line, i) => (i === 2 ? (signatures[1] ?? line) : line)),
    })),
  ),
  given(
    'two cosignatures by one witness at different times',
    refused('witnesses', 'note.duplicate'),
    async (world) => {
      const witness = world.witnessSigners.get('supervisor-a');
      if (witness === undefined) throw new Error('the world has no such witness');
      const { text } = parseNote(utf8(await world.checkpoint()));
      const again = await signCheckpoint(text, witness, worldTime + 1);
      return noteChanged(world, ({ signatures }) => ({
        text,
        signatures: [...signatures.slice(0, 2), again],
      }));
    },
  ),
  given('a cosignature that does not verify', refused('witnesses', 'note.signature'), (world) =>
    noteChanged(world, ({ text, signatures }) => ({
      text,
      signatures: signatures.map((line, i) =>
        i === 2 ? { ...line, blob: line.blob.with(40, (line.blob[40] ?? 0) ^ 1) } : line,
      ),
    })),
  ),
  given('a cosignature under another time', refused('witnesses', 'note.signature'), (world) =>
    noteChanged(world, ({ text, signatures }) => ({
      text,
      signatures: signatures.map((line, i) =>
        i === 2 ? { ...line, blob: line.blob.with(7, (line.blob[7] ?? 0) ^ 1) } : line,
      ),
    })),
  ),
  given(
    'three cosignatures of four',
    accepted(),
    async (world) => {
      const witnesses = ['supervisor-a', 'trustee', 'union'];
      const publication = await world.publish();
      const checkpoint = await world.checkpoint({ witnesses });
      return { publication, evidence: await world.evidence({ checkpoint }) };
    },
    threeOfFour,
  ),
  given(
    'two cosignatures of four',
    refused('witnesses', 'verdict.quorum'),
    async (world) => {
      const witnesses = ['supervisor-a', 'supervisor-b'];
      return {
        evidence: await world.evidence({ checkpoint: await world.checkpoint({ witnesses }) }),
        publication: undefined,
      };
    },
    threeOfFour,
  ),

  given('a path with one hash exchanged', refused('inclusion', 'merkle.inclusion'), async (world) => {
    const [first, ...others] = (await statementsOf(world)).statements;
    if (first === undefined) throw new Error('the world has no statement');
    const path = first.path.with(0, toBase64(new Uint8Array(32)));
    return changedStatements(world, [{ ...first, path }, ...others]);
  }),
  given('a path that is too short', refused('inclusion', 'merkle.inclusion'), async (world) => {
    const [first, ...others] = (await statementsOf(world)).statements;
    if (first === undefined) throw new Error('the world has no statement');
    return changedStatements(world, [{ ...first, path: first.path.slice(1) }, ...others]);
  }),
  given('a statement at the place of another', refused('inclusion', 'merkle.inclusion'), async (world) => {
    const { statements } = await statementsOf(world);
    const swapped = statements.map((one, i) => ({
      ...one,
      envelope: statements[i === 0 ? 1 : i === 1 ? 0 : i]?.envelope ?? one.envelope,
    }));
    return changedStatements(world, swapped);
  }),
  given('a statement that is not in the log', refused('inclusion', 'merkle.inclusion'), async (world) => {
    const { statements } = await statementsOf(world);
    const last = statements.at(-1);
    if (last === undefined) throw new Error('the world has no statement');
    return changedStatements(world, [...statements, { ...last, index: last.index + 1 }]);
  }),

  given('a builder key that ended after its entry', accepted(), undefined, validOnly('builder', 0, 4)),
  given(
    'a builder key that ended at its entry',
    refused('provenance', 'verdict.claim'),
    undefined,
    validOnly('builder', 0, 3),
  ),
  given('a releaser key that begins at its entry', accepted(), undefined, validOnly('releaser', 5)),
  given(
    'a releaser key that begins after its entry',
    refused('release', 'verdict.claim'),
    undefined,
    validOnly('releaser', 6),
  ),

  given('evidence under an ended log that the policy pins', accepted(), () => rotated()),
  given('a publication under an ended log', accepted('stale', { freshness: 'unknown' }), () =>
    rotated({ lastPublication: true }),
  ),
  given('an ended log with another root', refused('log', 'verdict.log'), () =>
    rotated({ root: new Uint8Array(32) }),
  ),
];

async function statementsOf(world: World): Promise<{ statements: readonly Proven[] }> {
  return JSON.parse(fromUtf8(await world.evidence())) as { statements: readonly Proven[] };
}
type Proven = Parameters<typeof evidenceWith>[1]['statements'] extends readonly (infer T)[] | undefined
  ? T
  : never;

async function changedStatements(world: World, statements: readonly Proven[]): Promise<Partial<Asked>> {
  return { evidence: await evidenceWith(world, { statements }), publication: undefined };
}
