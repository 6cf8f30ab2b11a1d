// `vitrine verify` answers the shared table of cases as the library does. As a process of its own it answers one of
// each verdict here, and what its transcript asks.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  exitOf,
  formatCheckpoint,
  formatNote,
  formatTime,
  noteSigner,
  noteTypes,
  parseState,
  sha256,
  signCheckpoint,
  toHex,
  verifyFiles,
  type ConsistencyProof,
  type Outcome,
} from '@vitrine/evidence';
import { run } from '@vitrine/host';
import { formatAddCheckpoint } from '@vitrine/log/witness';
import {
  compileCache,
  openProgram,
  temporaryDirectory,
  testSigner,
  verdictCases,
  type ProgramEnd,
  type VerdictCase,
} from '@vitrine/testkit';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const start = at('../src/start.mjs');
const inThread = openProgram({ after }, at('../src/main.ts'));
const folder = temporaryDirectory({ after });

function artifactOf({ artifact }: VerdictCase): { readonly sha256: string; readonly size: number } {
  return { sha256: toHex(sha256(artifact)), size: artifact.length };
}

async function libraryAnswer(one: VerdictCase): Promise<Outcome | string> {
  try {
    const state = one.state === undefined ? undefined : parseState(one.state);
    return await verifyFiles({ ...one, artifact: artifactOf(one), evidence: one.evidence, state });
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** What a witness would have been sent with this proof. */
async function addCheckpointBody({ from, to, path }: ConsistencyProof): Promise<string> {
  const origin = 'log.example/proofs';
  const text = formatCheckpoint({ origin, size: to, root: new Uint8Array(32), extensions: [] });
  const signer = noteSigner(origin, noteTypes.log, testSigner('proofs', 'ed25519'));
  return formatAddCheckpoint(
    from,
    path,
    formatNote({ text, signatures: [await signCheckpoint(text, signer, 0)] }),
  );
}

async function argumentsFor(one: VerdictCase, name: string): Promise<readonly string[]> {
  const here = join(folder, name);
  mkdirSync(here);
  const args = ['verify', join(here, 'artifact'), '--json'];
  args.push(...(one.now === undefined ? ['--no-clock'] : ['--now', formatTime(one.now)]));
  for (const file of ['evidence', 'publication', 'policy', 'root', 'state'] as const) {
    const bytes = one[file];
    if (bytes !== undefined) writeFileSync(join(here, file), bytes);
    if (bytes !== undefined || file === 'evidence') args.push(`--${file}`, join(here, file));
  }
  writeFileSync(join(here, 'artifact'), one.artifact);
  const { product, channel, platform, minSequence } = one.expected ?? {};
  for (const [option, value] of Object.entries({ product, channel, platform, 'min-sequence': minSequence })) {
    if (value !== undefined) args.push(`--${option}`, String(value));
  }
  if (one.offline === true) args.push('--offline');
  for (const what of one.demand ?? []) args.push('--require', what);
  for (const [i, proof] of (one.consistency ?? []).entries()) {
    writeFileSync(join(here, `proof-${i}`), await addCheckpointBody(proof));
    args.push('--consistency', join(here, `proof-${i}`));
  }
  return args;
}

async function asProcess(args: readonly string[]): Promise<ProgramEnd> {
  const { code, stdout, stderr } = await run(process.execPath, [start, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...compileCache },
    timeoutMs: 120_000,
    maxOutputBytes: 1 << 20,
  });
  return { code: code ?? -1, stdout, stderr };
}

async function answersAsTheLibrary(
  one: VerdictCase,
  { code: exit, stdout, stderr }: ProgramEnd,
): Promise<void> {
  assert.equal(stderr, '');
  const answer: unknown = JSON.parse(stdout);
  const outcome = await libraryAnswer(one);
  if (typeof outcome === 'string') {
    assert.equal((answer as { error: { code: string } }).error.code, outcome);
    return;
  }
  const { verdict, freshness, code, checks } = outcome;
  const expected = {
    verdict,
    freshness,
    ...(code === undefined ? {} : { code }),
    artifact: artifactOf(one),
    checks,
  };
  assert.deepEqual(answer, JSON.parse(JSON.stringify(expected)));
  assert.equal(exit, exitOf(outcome));
}

const cases = await verdictCases();

test('vitrine verify gives the same verdict, checks and exit code as the library', async (t) => {
  assert.ok(cases.length > 100, `${cases.length} cases`);
  for (const [i, one] of cases.entries()) {
    await t.test(one.name, async () => {
      await answersAsTheLibrary(one, await inThread.run(...(await argumentsFor(one, `case-${i}`))));
    });
  }
});

test('and so it does as a process of its own, whatever the verdict', async (t) => {
  for (const [verdict, one] of new Map(cases.map((each) => [each.verdict, each]))) {
    await t.test(verdict, async () => {
      await answersAsTheLibrary(one, await asProcess(await argumentsFor(one, verdict)));
    });
  }
});
