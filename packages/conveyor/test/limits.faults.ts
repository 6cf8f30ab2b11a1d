// Builds that take what they can. Each ends with its own code, soon, and leaves nothing: no process, no file.

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
  /** Only where a sandbox would end it even if we could not. */
  readonly isolatedOnly?: boolean;
}

const greeds: readonly Greed[] = [
  {
    does: 'forks without end',
    script: 'f() { f | f & f; }; f',
    limits: 'processes = 200',
    code: 'build.process-limit',
    isolatedOnly: true,
  },
  {
    does: 'forks a tree of processes in sessions of their own',
    script:
      'cat > t <<"E"\n[ $1 -gt 0 ] || exec sleep 60\nsetsid sh t $(($1-1)) & setsid sh t $(($1-1)) & wait\nE\nexec sh t 8',
    limits: 'processes = 100',
    code: 'build.process-limit',
  },
  {
    does: 'allocates without end',
    script: 'x=0123456789abcdef; while :; do x=$x$x; done',
    limits: 'memory-bytes = 300000000',
    code: 'build.memory-limit',
  },
  {
    does: 'shares what it allocates among many',
    script:
      'i=0; while [ $i -lt 30 ]; do (x=0123456789abcdef; while [ ${#x} -lt 16000000 ]; do x=$x$x; done; sleep 60) & i=$((i+1)); done; wait',
    limits: 'memory-bytes = 300000000',
    code: 'build.memory-limit',
  },
  {
    does: 'fills the disk with one file',
    script: 'cat /dev/zero > big',
    limits: 'disk-bytes = 300000000',
    code: 'build.disk-limit',
  },
  {
    does: 'fills the disk with many files',
    script: 'i=0; while :; do head -c 50000000 /dev/zero > $TMPDIR/$i; i=$((i+1)); done',
    limits: 'disk-bytes = 300000000',
    code: 'build.disk-limit',
  },
  {
    does: 'fills the disk with files that have no name any more',
    script:
      'i=3; while [ $i -lt 9 ]; do eval "exec $i>x"; rm x; head -c 90000000 /dev/zero >&$i; i=$((i+1)); done; sleep 60',
    limits: 'disk-bytes = 300000000',
    code: 'build.disk-limit',
  },
  {
    does: 'makes a file that is longer than any disk',
    script: 'truncate -s 1T big',
    limits: 'disk-bytes = 300000000',
    code: 'build.disk-limit',
  },
  {
    does: 'makes files without end',
    script: 'i=0; while :; do : > $OUT/$i; i=$((i+1)); done',
    limits: 'files = 3000',
    code: 'build.file-limit',
  },
  {
    does: 'nests folders deeper than a path can name',
    script:
      'n=$(printf %0200d 0); i=0; while [ $i -lt 60 ] && mkdir $n; do cd $n; i=$((i+1)); done; sleep 60',
    limits: 'files = 3000',
    code: 'build.file-limit',
  },
  {
    does: 'prints gigabytes',
    script: 'exec yes',
    limits: 'log-bytes = 100000',
    code: 'build.log-limit',
  },
  {
    does: 'prints one line of gigabytes',
    script: 'exec cat /dev/zero',
    limits: 'log-bytes = 1000000',
    code: 'build.log-limit',
  },
  {
    does: 'waits for ever and ignores signals',
    script: 'trap "" TERM INT HUP; while :; do sleep 1; done',
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
    const unsafe = greed.isolatedOnly === true && 'only tried where a sandbox holds it in any case';
    test('without a sandbox', { skip: unsafe }, (t) => build(t, plain, greed));
  });
}
