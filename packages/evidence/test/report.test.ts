import assert from 'node:assert/strict';
import test from 'node:test';
import {
  checkNames,
  describeCheck,
  describeOutcome,
  describeVerdict,
  evidenceErrors,
  exitOf,
  type Check,
  type Outcome,
} from '@vitrine/evidence';

const passed: readonly Check[] = checkNames.map((name) => ({
  name,
  outcome: 'passed',
  detail: `${name} is well`,
}));

function accepted(
  freshness: Outcome['freshness'],
  change: Readonly<Record<string, Partial<Check>>> = {},
): Outcome {
  return {
    verdict: 'accepted',
    freshness,
    checks: passed.map((check) => ({ ...check, ...change[check.name] })),
  };
}

function endedAt(name: Check['name'], code: keyof typeof evidenceErrors): Outcome {
  const { exit, remedy } = evidenceErrors[code];
  const before = passed.slice(0, checkNames.indexOf(name));
  const last: Check = {
    name,
    outcome: exit === 5 ? 'unknown' : 'refused',
    detail: 'what was found',
    code,
    remedy,
  };
  return {
    verdict: exit === 5 ? 'undecided' : 'refused',
    freshness: 'unknown',
    checks: [...before, last],
    code,
  };
}

test('Every check of an acceptance is one line, in order, before the verdict.', () => {
  const lines = describeOutcome(accepted('fresh'));
  assert.deepEqual(
    lines.slice(0, checkNames.length),
    checkNames.map((name) => `✓ ${name.padEnd(11)}  ${name} is well`),
  );
  assert.equal(lines[checkNames.length], '');
  assert.equal(lines[checkNames.length + 1], 'accepted, fresh');
});

test('A refusal ends with the check that decided: found, expected, code and remedy.', () => {
  const lines = describeOutcome(endedAt('rebuilds', 'verdict.rebuilds'));
  const at = checkNames.indexOf('rebuilds');
  const indent = ' '.repeat(15);
  assert.deepEqual(lines.slice(at, at + 5), [
    '✗ rebuilds     what was found',
    `${indent}expected: the same bytes from as many independent rebuilders as the policy asks for, and no other bytes`,
    `${indent}code: verdict.rebuilds`,
    `${indent}remedy: ${evidenceErrors['verdict.rebuilds'].remedy}`,
    '',
  ]);
  assert.equal(lines[at + 5], 'refused: too few independent rebuilds gave the same bytes');
  assert.ok(lines.some((line) => line.includes('Not made, because rebuilds decided: holds, publication,')));
});

test('A code that no table knows is shown as it is.', () => {
  const outcome: Outcome = { ...endedAt('log', 'verdict.log'), code: 'from.elsewhere' };
  assert.equal(describeVerdict(outcome).headline, 'refused: from.elsewhere');
});

test('A check that left open, and one for which nothing was given, say so by another mark and word.', () => {
  const marks = (['passed', 'refused', 'unknown', 'skipped'] as const).map((outcome) => {
    const { symbol, word } = describeCheck({ name: 'history', outcome, detail: '' });
    return `${symbol} ${word}`;
  });
  assert.deepEqual(marks, ['✓ passed', '✗ refused', '? cannot tell', '– not given']);
});

test('A code without a remedy of its own takes the one of the error table.', () => {
  const stale: Check = { name: 'freshness', outcome: 'unknown', detail: 'old', code: 'verdict.stale' };
  assert.equal(describeCheck(stale).remedy, evidenceErrors['verdict.stale'].remedy);
  assert.equal(describeCheck({ ...stale, code: 'from.elsewhere' }).remedy, undefined);
});

test('The claims are the words that the protocol allows, and freshness is claimed only where it was judged.', () => {
  const claims = (outcome: Outcome): string => describeVerdict(outcome).claims.join(' ');
  const limits = (outcome: Outcome): string => describeVerdict(outcome).limits.join(' ');
  for (const freshness of ['fresh', 'stale', 'unknown'] as const) {
    assert.match(
      claims(accepted(freshness)),
      /^Your bytes are in the public log: built from the audited source, with the opaque materials/,
    );
    assert.match(limits(accepted(freshness)), /not that the source is good/);
    assert.match(limits(accepted(freshness)), /only source review answers/);
  }
  assert.match(claims(accepted('fresh')), /at most the maxAge/);
  assert.match(claims(accepted('stale')), /forbids installing, never running/);
  assert.match(claims(accepted('unknown')), /Ordering needs no clock; freshness without one is unknown/);
  assert.doesNotMatch(claims(accepted('unknown')), /client-specific|hold/);
});

test('Without a publication, holds and withdrawals are said to be unknown as well.', () => {
  const whole = accepted('unknown');
  const checks = whole.checks.filter(({ name }) => !['published', 'active', 'freshness'].includes(name));
  assert.match(
    describeVerdict({ ...whole, checks }).claims.join(' '),
    /hold or withdrawal that is not in the evidence/,
  );
});

test('An acceptance whose heads were not compared does not claim one history.', () => {
  const limits = (outcome: Outcome): string => describeVerdict(outcome).limits.join(' ');
  assert.match(limits(accepted('fresh', { history: { outcome: 'unknown' } })), /one history is not shown/);
  assert.doesNotMatch(limits(accepted('fresh')), /one history/);
});

test('The exit code tells accepted, refused and cannot tell apart; stale is no leave to install.', () => {
  assert.equal(exitOf(accepted('fresh')), 0);
  assert.equal(exitOf(accepted('unknown')), 0);
  assert.equal(exitOf(accepted('stale')), 5);
  assert.equal(exitOf(endedAt('witnesses', 'verdict.quorum')), 3);
  assert.equal(exitOf(endedAt('evidence', 'verdict.no-evidence')), 5);
});

test('What a hostile file makes a check say can neither move the cursor nor turn a line around.', () => {
  const detail = 'a\u001b[2Kb\nc\u0085d\u202ee\u2028f\ud800g é 漢 ✓';
  const { found } = describeCheck({ name: 'log', outcome: 'refused', detail });
  assert.equal(found, 'a\\u{1b}[2Kb\\u{a}c\\u{85}d\\u{202e}e\\u{2028}f\\u{d800}g é 漢 ✓');
});
