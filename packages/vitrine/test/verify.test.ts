// `vitrine verify` answers the shared table of cases as the library does.

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
import { temporaryDirectory, testSigner, verdictCases, type VerdictCase } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
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

async function commandAnswer(
  one: VerdictCase,
  name: string,
): Promise<{ readonly exit: number | null; readonly answer: unknown }> {
  const at = join(folder, name);
  mkdirSync(at);
  const args = [join(at, 'artifact'), '--json'];
  args.push(...(one.now === undefined ? ['--no-clock'] : ['--now', formatTime(one.now)]));
  for (const file of ['evidence', 'publication', 'policy', 'root', 'state'] as const) {
    const bytes = one[file];
    if (bytes !== undefined) writeFileSync(join(at, file), bytes);
    if (bytes !== undefined || file === 'evidence') args.push(`--${file}`, join(at, file));
  }
  writeFileSync(join(at, 'artifact'), one.artifact);
  const { product, channel, platform, minSequence } = one.expected ?? {};
  for (const [option, value] of Object.entries({ product, channel, platform, 'min-sequence': minSequence })) {
    if (value !== undefined) args.push(`--${option}`, String(value));
  }
  if (one.offline === true) args.push('--offline');
  for (const what of one.demand ?? []) args.push('--require', what);
  for (const [i, proof] of (one.consistency ?? []).entries()) {
    writeFileSync(join(at, `proof-${i}`), await addCheckpointBody(proof));
    args.push('--consistency', join(at, `proof-${i}`));
  }
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const { code, stdout, stderr } = await run(process.execPath, [main, 'verify', ...args], {
    env,
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 20,
  });
  assert.equal(stderr, '');
  return { exit: code, answer: JSON.parse(stdout) };
}

test(
  'vitrine verify gives the same verdict, checks and exit code as the library',
  { concurrency: 4 },
  async (t) => {
    const cases = await verdictCases();
    assert.ok(cases.length > 100, `${cases.length} cases`);
    await Promise.all(
      cases.map((one, i) =>
        t.test(one.name, async () => {
          const outcome = await libraryAnswer(one);
          const { exit, answer } = await commandAnswer(one, `case-${i}`);
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
        }),
      ),
    );
  },
);
