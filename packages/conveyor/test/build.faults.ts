// Builds in bubblewrap, which sees no Node of ours: their recipes run the shell and tools of the machine.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseSandbox } from '../src/index.ts';
import { make, outputText, refusal, shellRecipe } from './helpers.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const { sandbox: plain } = await chooseSandbox('none');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;

describe('a build in bubblewrap', { skip }, () => {
  test('gives the same bytes as one without it', async (t) => {
    const script =
      'cat in.txt > "$OUT/tiny.txt"; { umask; echo $TZ $LC_ALL $SOURCE_DATE_EPOCH; date +%Z; ls -A; { ls -A "$HOME"; ls -A "$TMPDIR"; } | wc -w; stat -c %Y in.txt; } >> "$OUT/tiny.txt"';
    const made = await make(t, shellRecipe(script), plain);
    assert.equal(
      await outputText(made, made.produced.result),
      'input\n0022\nUTC C.UTF-8 1700000123\nUTC\nconveyor.toml\nin.txt\n0\n1700000123\n',
    );
    const isolated = await made.rerun({}, { sandbox: auto });
    assert.deepEqual([isolated.digest, isolated.isolation], [made.produced.result.digest, 'bubblewrap']);
  });

  test('cannot be ordered without it where the recipe demands it', async (t) => {
    const recipe = shellRecipe('echo > $OUT/tiny.txt').replace('[build]', '[build]\nsandbox = "required"');
    const { rerun, produced } = await make(t, recipe, auto);
    assert.equal(produced.order.environment.sandbox, true);
    const environment = { ...produced.order.environment, sandbox: false };
    await assert.rejects(rerun({ environment }, { sandbox: plain }), refusal('order.mismatch', 'sandbox'));
    await assert.rejects(rerun({}, { sandbox: plain }), refusal('sandbox.required'));
  });

  const failures: readonly (readonly [string, string, string, string?])[] = [
    ['when its command does', 'echo no such thing >&2; exit 3', 'build.command'],
    ['when it writes no output', 'true', 'output.missing'],
    ['when its output is a link out', 'ln -s /etc/hostname $OUT/tiny.txt', 'output.link'],
    ['when its output is empty', ': > $OUT/tiny.txt', 'output.empty'],
    ['when it writes more than is listed', 'echo > $OUT/tiny.txt; echo > $OUT/more', 'output.unlisted'],
    ['when it takes too long', 'sleep 600', 'build.time-limit', 'seconds = 1'],
    [
      'when its outputs are too large',
      'head -c 101 /dev/zero > $OUT/tiny.txt',
      'output.size-limit',
      'output-bytes = 100',
    ],
    [
      'when it prints too much',
      'head -c 2000 /dev/zero | tr "\\0" x; echo > $OUT/tiny.txt',
      'build.log-limit',
      'log-bytes = 1000',
    ],
    [
      'when it makes one file too long',
      'head -c 200000 /dev/zero > big; echo > $OUT/tiny.txt',
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when it writes too many files',
      'for i in 1 2 3 4 5 6 7; do echo > file$i; done; echo > $OUT/tiny.txt',
      'build.file-limit',
      'files = 7',
    ],
    [
      'when it writes too much in all',
      'for i in 1 2 3; do head -c 40000 /dev/zero > $TMPDIR/$i; done; echo > $OUT/tiny.txt',
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when too many run at one time',
      'i=0; while [ $i -lt 30 ]; do sleep 60 & i=$((i+1)); done; wait; echo > $OUT/tiny.txt',
      'build.process-limit',
      'processes = 20',
    ],
    [
      'when it needs too much memory',
      // A string of 128 MiB, should no limit hold.
      'x=0123456789abcdef; while [ ${#x} -lt 134217728 ]; do x=$x$x; done; sleep 60',
      'build.memory-limit',
      'memory-bytes = 50000000',
    ],
    ['when it leaves something running', 'sleep 60 & echo > $OUT/tiny.txt', 'build.left-running'],
    ['when its command does not exist', 'exec /nonexistent', 'build.command'],
    // Its log is read for the reason.
    ['when it needs a network', 'echo connect ENETUNREACH 192.0.2.1:80 >&2; exit 1', 'build.network'],
    ['when it writes where it may only read', 'echo > /usr/x', 'build.read-only'],
  ];
  for (const [when, script, code, limit] of failures) {
    test(`fails ${when}`, async (t) => {
      const recipe = shellRecipe(script, limit === undefined ? '' : `[limits]\n${limit}\n`);
      await assert.rejects(make(t, recipe, auto), refusal(code));
    });
  }
});
