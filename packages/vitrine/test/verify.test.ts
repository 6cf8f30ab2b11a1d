// `vitrine verify` answers the shared table of cases as the library does. Cases that need a machine
// without a clock, or proofs that the command reads from a log, are the library's and the verifier's own.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exitOf, formatTime, parseState, sha256, toHex, verifyFiles, type Outcome } from '@vitrine/evidence';
import { run } from '@vitrine/host';
import { temporaryDirectory, verdictCases, type VerdictCase } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = temporaryDirectory({ after });

function isForTheCommand({ now, consistency, demand }: VerdictCase): boolean {
  return now !== undefined && consistency === undefined && demand === undefined;
}

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

async function commandAnswer(
  one: VerdictCase,
  name: string,
): Promise<{ readonly exit: number | null; readonly answer: unknown }> {
  const at = join(folder, name);
  mkdirSync(at);
  const args = [join(at, 'artifact'), '--json', '--now', formatTime(one.now ?? 0)];
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
    const cases = (await verdictCases()).filter(isForTheCommand);
    assert.ok(cases.length > 80, `${cases.length} cases`);
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
