import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { describeOutcome, exitOf, type Outcome } from '@vitrine/evidence';
import { openProgram, temporaryDirectory, verdictCases, type VerdictCase } from '@vitrine/testkit';
import { parseArguments } from '../src/node/arguments.ts';
import { argumentsOf, buildVerifier, libraryAnswer, runNode, writeCase, type Ended } from './helpers.ts';

const folder = temporaryDirectory({ after });
const cases = await verdictCases();
const { script } = await buildVerifier({ after });
/** The same file, evaluated for one question after the other; that it is a program, those ask that call `verifier`. */
const inThread = openProgram({ after }, script);
/** Arguments that are accepted and fresh. */
const ordinary = await argumentsFor(
  caseCalled('an artifact with its evidence and a fresh publication'),
  'ordinary',
);

function caseCalled(name: string): VerdictCase {
  const found = cases.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

async function argumentsFor(one: VerdictCase, name: string): Promise<readonly string[]> {
  return argumentsOf(one, await writeCase(one, join(folder, name)));
}

function verifier(...args: readonly string[]): Promise<Ended> {
  return runNode([script, ...args]);
}

/** The ordinary arguments with the value of one option exchanged. */
function withOption(option: string, value: string): string[] {
  const at = ordinary.indexOf(option);
  assert.ok(at > 0, option);
  return ordinary.with(at + 1, value).slice();
}

test('The one file answers every case of the shared table as the library does', async (t) => {
  assert.ok(cases.length > 100);
  for (const [i, one] of cases.entries()) {
    await t.test(one.name, async () => {
      const outcome = await libraryAnswer(one);
      assert.equal(outcome.verdict, one.verdict);
      assert.equal(outcome.code, one.code);
      const args = await argumentsFor(one, `case-${i}`);
      const { code, stdout, stderr } = await inThread.run(...args, '--json');
      assert.equal(stderr, '');
      const { artifact, ...answer } = JSON.parse(stdout) as Outcome & { artifact: { size: number } };
      assert.deepEqual(answer, JSON.parse(JSON.stringify(outcome)));
      assert.equal(artifact.size, one.artifact.length);
      assert.equal(code, exitOf(outcome));
    });
  }
});

for (const name of [
  'an artifact with its evidence and a fresh publication',
  'two rebuilds by one operator',
  'no evidence',
  'a publication of yesterday',
]) {
  test(`The lines for ${name} are those of the report, and the exit code is the same as with --json.`, async () => {
    const one = caseCalled(name);
    const outcome = await libraryAnswer(one);
    const { code, stdout, stderr } = await verifier(...(await argumentsFor(one, `lines of ${name}`)));
    assert.deepEqual({ stdout, stderr }, { stdout: `${describeOutcome(outcome).join('\n')}\n`, stderr: '' });
    assert.equal(code, exitOf(outcome));
  });
}

test('It needs no network, no child process and no right to write: it runs where Node forbids all of them.', async () => {
  const found = readdirSync(folder, { recursive: true });
  const { code, stderr } = await runNode(['--permission', '--allow-fs-read=*', script, ...ordinary], {
    cwd: folder,
  });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.deepEqual(readdirSync(folder, { recursive: true }), found);
});

test('Without --now it judges by the clock of the machine, with --no-clock by none.', () => {
  const args = ['a', '--evidence', 'e', '--policy', 'p', '--root', 'r'];
  const nowOf = (...more: readonly string[]): unknown => {
    const asked = parseArguments([...args, ...more], () => 1_000_000_000);
    assert.ok(asked !== 'help');
    return asked.now;
  };
  assert.equal(nowOf(), 1_000_000_000);
  assert.equal(nowOf('--now', '2026-11-24T09:00:00Z'), 1_795_510_800);
  assert.equal(nowOf('--no-clock'), undefined);
});

test('The state of one answer is taken by the next, whatever its white space.', async () => {
  const { stdout } = await verifier(...ordinary, '--json');
  const { state } = JSON.parse(stdout) as Outcome;
  const path = join(folder, 'state.json');
  writeFileSync(path, `${JSON.stringify(state, null, 2)}\n`);
  const again = await verifier(...ordinary, '--state', path, '--json');
  assert.equal(again.code, 0);
  assert.deepEqual((JSON.parse(again.stdout) as Outcome).state, state);
});

test('A larger artifact is hashed in pieces and refused by digest.', async () => {
  const path = join(folder, 'large');
  const bytes = Buffer.alloc(5_000_001, 7);
  writeFileSync(path, bytes);
  const { code, stdout } = await verifier(path, ...ordinary.slice(1), '--json');
  const { artifact } = JSON.parse(stdout) as { artifact: { sha256: string; size: number } };
  assert.equal(code, 3);
  assert.deepEqual(artifact, { sha256: hash('sha256', bytes), size: bytes.length });
});

test('A document of more than a mebibyte is bad evidence, not a reason to hold it in memory.', async () => {
  const path = join(folder, 'huge.json');
  writeFileSync(path, Buffer.alloc(3 << 20, ' '));
  const { code, stdout } = await verifier(...withOption('--evidence', path), '--json');
  assert.equal(code, 3);
  assert.equal((JSON.parse(stdout) as Outcome).code, 'json.size');
});

interface Mistake {
  readonly name: string;
  readonly args: () => readonly string[];
  readonly exit: number;
  readonly code: string;
  readonly says: RegExp;
}

const usage = (name: string, args: () => readonly string[], says: RegExp): Mistake => ({
  name,
  args,
  exit: 2,
  code: 'verifier.usage',
  says,
});
const mistakes: readonly Mistake[] = [
  usage('no arguments', () => [], /no file to verify/),
  usage('an unknown option', () => [...ordinary, '--trust-me'], /unknown option '--trust-me'/),
  usage(
    'an option in place of a value',
    () => ['--state', ...ordinary.slice(1)],
    /'--state' argument is ambiguous/,
  ),
  usage('a second file', () => [...ordinary, 'other'], /one file at a time; what is "other"\?/),
  usage('no policy', () => ['a', '--evidence', 'e', '--root', 'r'], /--policy FILE is missing/),
  usage('an option twice', () => [...ordinary, '--root', 'r'], /--root stands twice/),
  usage('a time without a zone', () => withOption('--now', '2026-11-24T09:00:00'), /--now takes a time like/),
  usage(
    'a day that does not exist',
    () => withOption('--now', '2026-02-30T09:00:00Z'),
    /--now takes a time like/,
  ),
  usage('a time and no clock', () => [...ordinary, '--no-clock'], /contradict each other/),
  usage('a sequence of zero', () => [...ordinary, '--min-sequence', '0'], /"0" is no sequence/),
  usage(
    'an unknown demand',
    () => [...ordinary, '--require', 'luck'],
    /publication or consistency, not "luck"/,
  ),
  {
    name: 'an artifact that does not exist',
    args: () => [join(folder, 'nothing'), ...ordinary.slice(1)],
    exit: 1,
    code: 'verifier.missing',
    says: /nothing": no such file/,
  },
  {
    name: 'a publication that does not exist',
    args: () => withOption('--publication', join(folder, 'nothing')),
    exit: 1,
    code: 'verifier.missing',
    says: /no such file/,
  },
  {
    name: 'a folder instead of a file',
    args: () => withOption('--policy', folder),
    exit: 1,
    code: 'verifier.unreadable',
    says: /not a regular file/,
  },
  {
    name: 'a state that is none',
    args: () => [...ordinary, '--state', ordinary[0] ?? ''],
    exit: 1,
    code: 'verifier.state',
    says: /couldn't read the remembered state/,
  },
  {
    name: 'a consistency proof that is none',
    args: () => [...ordinary, '--consistency', ordinary[0] ?? ''],
    exit: 1,
    code: 'verifier.consistency',
    says: /no empty line before the checkpoint/,
  },
];

for (const { name, args, exit, code, says } of mistakes) {
  test(`${name}: one line on stderr with a remedy, or a JSON document with the code, and exit ${exit}.`, async () => {
    const plain = await verifier(...args());
    const json = await inThread.run(...args(), '--json');
    assert.equal(plain.code, exit);
    assert.equal(plain.stdout, '');
    assert.match(plain.stderr, says);
    assert.match(plain.stderr, new RegExp(`^verifier: [^\\n]+ \\(${code}\\)\\. [A-Z][^\\n]+\\.\\n$`));
    assert.equal(json.code, exit);
    assert.equal(json.stderr, '');
    const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string; remedy: string } };
    assert.equal(error.code, code);
    assert.match(error.message, says);
    assert.ok(error.remedy.endsWith('.'));
  });
}

test('--help prints the usage with the exit codes, whatever else is asked.', async () => {
  const { code, stdout, stderr } = await verifier('--help', 'a', 'b');
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.match(stdout, /^usage: node verifier\.mjs FILE/);
  assert.match(stdout, /exit codes: 0 accepted; .*3 refused.*\n5 cannot tell/);
});
