// Builds that take more than they may. Each ends with its own code, soon, and leaves nothing: no process, no
// file. Each is also bounded by itself, well above its limit, so that a limit that does not hold fails its test
// and never takes the machine along: 300 processes, 600 MB of memory, 200 MB of disk, 20 seconds of sleep.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, type Sandbox } from '../src/index.ts';
import { makeRepository, makeVendor, memoryLog, produceTiny, refusal, shellRecipe } from './helpers.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;
const { sandbox: plain } = await chooseSandbox('none');

interface Greed {
  readonly does: string;
  readonly script: string;
  readonly limits: string;
  readonly code: string;
}

const greeds: readonly Greed[] = [
  {
    does: 'doubles its processes',
    // 255 of them.
    script: 'f() { [ $1 -gt 0 ] || exec sleep 20; f $(($1-1)) & f $(($1-1)) & wait; }; f 7',
    limits: 'processes = 60',
    code: 'build.process-limit',
  },
  {
    does: 'forks a tree of processes in sessions of their own',
    script:
      'cat > t <<"E"\n[ $1 -gt 0 ] || exec sleep 20\nsetsid sh t $(($1-1)) & setsid sh t $(($1-1)) & wait\nE\nexec sh t 7',
    limits: 'processes = 60',
    code: 'build.process-limit',
  },
  {
    does: 'doubles its memory',
    script: 'x=0123456789abcdef; while [ ${#x} -lt 134217728 ]; do x=$x$x; done; sleep 20',
    limits: 'memory-bytes = 100000000',
    code: 'build.memory-limit',
  },
  {
    does: 'shares what it allocates among many',
    script:
      'i=0; while [ $i -lt 10 ]; do (x=0123456789abcdef; while [ ${#x} -lt 16000000 ]; do x=$x$x; done; sleep 20) & i=$((i+1)); done; wait',
    limits: 'memory-bytes = 100000000',
    code: 'build.memory-limit',
  },
  {
    does: 'fills the disk with one file',
    script: 'head -c 200000000 /dev/zero > big',
    limits: 'disk-bytes = 100000000',
    code: 'build.disk-limit',
  },
  {
    does: 'fills the disk with many files',
    script: 'for i in 1 2 3 4; do head -c 50000000 /dev/zero > $TMPDIR/$i; done; sleep 20',
    limits: 'disk-bytes = 100000000',
    code: 'build.disk-limit',
  },
  {
    does: 'fills the disk with files that have no name any more',
    script:
      'i=3; while [ $i -lt 9 ]; do eval "exec $i>x"; rm x; head -c 30000000 /dev/zero >&$i; i=$((i+1)); done; sleep 20',
    limits: 'disk-bytes = 100000000',
    code: 'build.disk-limit',
  },
  {
    does: 'makes a file that is longer than any disk',
    // It takes no disk.
    script: 'truncate -s 1T big',
    limits: 'disk-bytes = 100000000',
    code: 'build.disk-limit',
  },
  {
    does: 'makes many files',
    script: 'i=0; while [ $i -lt 6000 ]; do : > $OUT/$i; i=$((i+1)); done',
    limits: 'files = 3000',
    code: 'build.file-limit',
  },
  {
    does: 'nests folders deeper than a path can name',
    script:
      'n=$(printf %0200d 0); i=0; while [ $i -lt 60 ] && mkdir $n; do cd $n; i=$((i+1)); done; sleep 20',
    limits: 'files = 3000',
    code: 'build.file-limit',
  },
  {
    does: 'prints much',
    script: 'yes | head -c 100000000',
    limits: 'log-bytes = 100000',
    code: 'build.log-limit',
  },
  {
    does: 'prints one long line',
    script: 'exec head -c 100000000 /dev/zero',
    limits: 'log-bytes = 1000000',
    code: 'build.log-limit',
  },
  {
    does: 'waits long and ignores signals',
    script: 'trap "" TERM INT HUP; for i in 1 2 3 4 5; do sleep 4; done',
    limits: 'seconds = 1',
    code: 'build.time-limit',
  },
];

/** Every process that runs below the folder or was told its name. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^[0-9]+$/.test(name) || Number(name) === process.pid) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });
}

async function build(t: TestContext, sandbox: Sandbox, { script, limits, code }: Greed): Promise<void> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  makeRepository(repository, { 'conveyor.toml': shellRecipe(script, `[limits]\n${limits}\n`) });
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  try {
    const attempt = produceTiny(repository, makeVendor(join(folder, 'vendor')), memoryLog(), sandbox);
    await assert.rejects(attempt, refusal(code));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  assert.deepEqual(processesOf(temporary), []);
  assert.deepEqual(readdirSync(temporary), []);
}

for (const greed of greeds) {
  describe(`a build that ${greed.does} is ended`, () => {
    test('in bubblewrap', { skip }, (t) => build(t, auto, greed));
    test('without a sandbox', (t) => build(t, plain, greed));
  });
}
