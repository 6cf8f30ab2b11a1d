// Every parser of hostile bytes that `evidence` exports, with small valid inputs to break: one list for
// `npm test` (50,000 variants each) and `npm run soak parsers` (1,000,000 each).

import {
  buildPolicy,
  canonicalJson,
  expectKind,
  formatEnvelope,
  formatTlogProof,
  formatVkey,
  fromBase64,
  fromUtf8,
  kindOf,
  loadPolicy,
  loadRoot,
  parseCanonicalJson,
  parseCheckpoint,
  parseDocument,
  parseEnvelope,
  parseEvidence,
  parseJson,
  parseMaterials,
  parseNote,
  parseOutputs,
  parsePublicationFile,
  parseSourceProof,
  parseSignedCheckpoint,
  parseState,
  parseStatement,
  parseTlogProof,
  parseTreeListing,
  parseVkey,
  parseWebauthnSignature,
  payloadOf,
  signPolicy,
  signRoot,
  trustPolicy,
  utf8,
  type Json,
  type Root,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { specifications } from '@vitrine/evidence/specifications';
import { everyAsyncParserRefuses, everyParserRefuses, type MutationReport } from './mutations.ts';
import { testPasskey } from './passkey.ts';
import { nodePlatform, rememberingPlatform } from './platform.ts';
import { makeWorld, type World } from './world.ts';

export interface ParserUnderTest {
  readonly name: string;
  /** Breaks valid inputs `count` times; throws with a reproducer unless each is read or refused by a typed error. */
  readonly refuses: (count: number) => MutationReport | Promise<MutationReport>;
}

const { sha256 } = nodePlatform;

type Parse = (input: Uint8Array) => unknown;
type AsyncParse = (input: Uint8Array) => Promise<unknown>;

export async function evidenceParsers(): Promise<readonly ParserUnderTest[]> {
  const world = await makeWorld();
  const note = utf8(await world.checkpoint());
  const { text } = parseNote(note);
  const { envelopes } = world;
  const { root, document, policy } = await smallTrust(world);
  const { verifySignature } = rememberingPlatform();
  const pinned = await loadRoot(root, verifySignature, sha256);

  const parsers: readonly (readonly [name: string, parse: Parse, ...seeds: Uint8Array[]])[] = [
    ['parseNote', parseNote, note],
    ['parseCheckpoint', asText(parseCheckpoint), utf8(text), utf8(`${text}an extension\n`)],
    ['parseSignedCheckpoint', parseSignedCheckpoint, note],
    ['parseVkey', asText((line) => parseVkey(line, sha256)), ...vkeys(world)],
    ['parseTlogProof', parseTlogProof, await tlogProof(world, note)],
    ['parseJson', parseJson, json],
    ['parseCanonicalJson', parseCanonicalJson, canonicalJson(parseJson(json))],
    ['parseEnvelope', parseEnvelope, formatEnvelope(envelopes.release)],
    ['parseDocument', parseDocument, policy],
    ['parseStatement', parseStatement, payloadOf(envelopes.release), payloadOf(envelopes.order)],
    ['every kind of statement', parseKind, ...statements()],
    ['parseTreeListing', parseTreeListing, example('tree')],
    ['parseSourceProof', parseSourceProof, example('source-proof')],
    ['parseOutputs', parseOutputs, example('outputs')],
    ['parseMaterials', parseMaterials, example('materials')],
    ['parseEvidence', parseEvidence, await world.evidence({ indices: [5] })],
    ['parsePublicationFile', parsePublicationFile, await world.publish()],
    ['parseState', parseState, example('state')],
    ['parseWebauthnSignature', parseWebauthnSignature, await testPasskey('parsers').sign(json)],
    [
      'the rules of a trust policy',
      (bytes) => parsePolicy(bytes, pinned),
      canonicalJson(document as unknown as Json),
    ],
  ];
  const asyncParsers: readonly (readonly [name: string, parse: AsyncParse, ...seeds: Uint8Array[]])[] = [
    ['loadRoot', (bytes) => loadRoot(bytes, verifySignature, sha256), root],
    ['loadPolicy', (bytes) => loadPolicy(bytes, root, verifySignature, sha256), policy],
  ];
  return [
    ...parsers.map(([name, parse, ...seeds]): ParserUnderTest => ({
      name,
      refuses: (count) => everyParserRefuses(parse, seeds, count),
    })),
    ...asyncParsers.map(([name, parse, ...seeds]): ParserUnderTest => ({
      name,
      refuses: (count) => everyAsyncParserRefuses(parse, seeds, count),
    })),
  ];
}

const json = utf8('{"a":[1,-20,true,false,null,"\\u00e9\\ud83d\\ude00\\n"], "bc":{"":{}, "d":[[],[{}]]}}');

function asText(parse: (text: string) => unknown): Parse {
  return (input) => parse(fromUtf8(input));
}

function parseKind(input: Uint8Array): unknown {
  const statement = parseStatement(input);
  const kind = kindOf(statement.predicateType);
  return kind === undefined ? statement : expectKind(statement, kind);
}

function parsePolicy(input: Uint8Array, root: Root): unknown {
  return buildPolicy(trustPolicy.schema.check(parseCanonicalJson(input)), root, sha256);
}

function statements(): readonly Uint8Array[] {
  return specifications
    .filter(({ predicateType }) => predicateType !== undefined)
    .map(({ example: statement }) => canonicalJson(statement));
}

function example(kind: string): Uint8Array {
  const found = specifications.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no format is called ${kind}`);
  return canonicalJson(found.example);
}

function vkeys({ logSigners, witnessSigners }: World): readonly Uint8Array[] {
  return [...logSigners, ...witnessSigners.values()].map(({ key }) => utf8(formatVkey(key)));
}

async function tlogProof({ log }: World, note: Uint8Array): Promise<Uint8Array> {
  const path = (await log.path(3)).map(fromBase64);
  return formatTlogProof({ index: 3, path, head: parseSignedCheckpoint(note), extra: utf8('extra') });
}

/** The fewest keys that satisfy every rule: what is verified fifty thousand times had better be little. */
async function smallTrust({ policy, rootKeys }: World): Promise<{
  readonly root: Uint8Array;
  readonly document: TrustPolicyDocument;
  readonly policy: Uint8Array;
}> {
  const keys = ['vendor', 'supervisor-a', 'trustee'].flatMap(
    (operator) => rootKeys.findLast((key) => key.operator === operator) ?? [],
  );
  const root = await signRoot({
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    threshold: 2,
    vendor: 'vendor',
    keys,
  });
  const { witnesses, keys: all } = policy.document;
  const document: TrustPolicyDocument = {
    ...policy.document,
    witnesses: { quorum: 1, faulty: 0, keys: witnesses.keys.slice(0, 1) },
    keys: all.filter(({ role }) => role === 'builder' || role === 'rebuilder').slice(0, 2),
    rebuilds: { threshold: 1, blind: true },
  };
  const signers = keys.slice(0, 2).map(({ signer }) => signer);
  return { root, document, policy: await signPolicy(document, signers) };
}
