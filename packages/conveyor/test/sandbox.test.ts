import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { BuildLimits } from '@vitrine/evidence';
import { temporaryDirectory } from '@vitrine/testkit';
import {
  chooseSandbox,
  requireSandbox,
  type BuildFolders,
  type Sandbox,
  type StepResult,
} from '../src/index.ts';
import { foldersFor, refusal, testLimits } from './helpers.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;
const { sandbox: plain } = await chooseSandbox('none');

interface Shell {
  readonly seconds?: number;
  readonly limits?: Partial<BuildLimits>;
  readonly folder?: string;
}

function shell(
  sandbox: Sandbox,
  folders: BuildFolders,
  script: string,
  { seconds = 20, limits = {}, folder = '' }: Shell = {},
): Promise<StepResult> {
  return sandbox.run(folders, {
    command: ['/bin/sh', '-c', script],
    folder,
    env: { PATH: '/usr/bin:/bin', GIVEN: 'a b' },
    limits: { ...testLimits, seconds, ...limits },
    endBy: performance.now() + seconds * 1000,
    placed: { files: 0, bytes: 0 },
  });
}

/** Puts this script before everything else on the PATH as `bwrap`. */
function fakeBwrap(t: TestContext, script: string | undefined): void {
  const bin = join(temporaryDirectory(t), 'bin');
  mkdirSync(bin);
  const path = process.env['PATH'];
  t.after(() => (process.env['PATH'] = path));
  if (script === undefined) {
    process.env['PATH'] = bin;
    return;
  }
  writeFileSync(join(bin, 'bwrap'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'bwrap'), 0o755);
  process.env['PATH'] = `${bin}:${path ?? ''}`;
}

describe('the choice of a sandbox', () => {
  test('is none where none is asked for, and says so', async () => {
    const choice = await chooseSandbox('none');
    assert.deepEqual([choice.sandbox.isolation, choice.why], ['none', 'VITRINE_SANDBOX=none']);
  });

  test('falls back, with the reason, where bubblewrap is forbidden', async (t) => {
    fakeBwrap(t, 'echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    const choice = await chooseSandbox(undefined);
    assert.equal(choice.sandbox.isolation, 'none');
    assert.match(choice.why ?? '', /does not work here: .*No permissions/);
    await assert.rejects(chooseSandbox('bubblewrap'), refusal('sandbox.unavailable'));
  });

  test('for what others ordered falls back only where none is asked for by name', async (t) => {
    fakeBwrap(t, 'exit 1');
    for (const wanted of [undefined, '', 'auto', 'bubblewrap'])
      await assert.rejects(requireSandbox(wanted), refusal('sandbox.unavailable'), wanted);
    await assert.rejects(requireSandbox('None'), refusal('sandbox.choice'));
    assert.equal((await requireSandbox('none')).sandbox.isolation, 'none');
  });

  test('does not believe a bubblewrap that runs nothing and says that all is well', async (t) => {
    fakeBwrap(t, 'exit 0');
    assert.equal((await chooseSandbox('auto')).sandbox.isolation, 'none');
  });

  test('falls back where bubblewrap is not installed', async (t) => {
    fakeBwrap(t, undefined);
    const choice = await chooseSandbox('');
    assert.deepEqual([choice.sandbox.isolation, choice.why], ['none', 'bubblewrap is not installed']);
    await assert.rejects(chooseSandbox('bubblewrap'), refusal('sandbox.unavailable'));
  });

  test('is refused for any other word', async () => {
    await assert.rejects(chooseSandbox('docker'), refusal('sandbox.choice'));
  });
});

for (const [name, sandbox, skipped] of [
  ['without a sandbox', plain, false],
  ['in bubblewrap', auto, skip],
] as const) {
  describe(`a step ${name}`, { skip: skipped }, () => {
    test('has the umask, folder and environment that were given, and nothing else', async (t) => {
      const folders = foldersFor(t);
      mkdirSync(join(folders.tree, 'part'));
      process.env['VITRINE_TEST_LEAK'] = '1';
      t.after(() => delete process.env['VITRINE_TEST_LEAK']);
      const { code, log } = await shell(sandbox, folders, 'umask; pwd; env | sort', { folder: 'part' });
      const inside = sandbox.inside(folders);
      const lines = log.split('\n').filter((line) => !/^(?:PWD|SHLVL|_|OLDPWD)=/.test(line));
      assert.equal(code, 0);
      assert.deepEqual(lines, ['0022', `${inside.tree}/part`, 'GIVEN=a b', 'PATH=/usr/bin:/bin', '']);
    });

    test('gives its exit code, and both streams in one log', async (t) => {
      const { code, log } = await shell(sandbox, foldersFor(t), 'echo one; sleep 0.1; echo two >&2; exit 7');
      assert.deepEqual([code, log], [7, 'one\ntwo\n']);
    });

    test('is killed with all that it started when its time is over', async (t) => {
      const folders = foldersFor(t);
      const out = sandbox.inside(folders).out;
      const script = `(sleep 1; touch ${out}/late) & sleep 30`;
      const { stopped } = await shell(sandbox, folders, script, { seconds: 0.3 });
      assert.equal(stopped?.code, 'build.time-limit');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { log } = await shell(sandbox, folders, `ls ${out}`);
      assert.equal(log, '');
    });

    test('has a log that is cut and says so', async (t) => {
      const result = await shell(
        sandbox,
        foldersFor(t),
        'i=0; while [ $i -lt 100 ]; do echo 0123456789; i=$((i+1)); done',
        { limits: { logBytes: 100 } },
      );
      assert.deepEqual([result.log.length, result.stopped?.code], [99, 'build.log-limit']);
    });
  });
}

describe('inside bubblewrap', { skip }, () => {
  const check = (what: string, script: string, expected: string | RegExp): void => {
    test(what, async (t) => {
      const { log } = await shell(auto, foldersFor(t), script);
      if (typeof expected === 'string') assert.equal(log, expected);
      else assert.match(log, expected);
    });
  };
  check('user and host are fixed', 'id -u; id -g; id -un; hostname', '1000\n1000\nbuild\nlocalhost\n');
  check('there is no network but the loopback', 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "', 'lo\n');
  check('no process of the machine is seen', 'ls /proc | grep -c "^[0-9]"', /^[1-9]\n$/);
  check(
    'the machine is read-only and mostly absent',
    'for f in /x /usr/x /materials/x /tools/x; do touch $f 2>/dev/null && echo wrote $f; done; ls /root /etc/shadow /var 2>/dev/null; echo end',
    'end\n',
  );
  check(
    'tree, out, home and tmp can be written',
    'for d in /build /out /home /tmp; do touch $d/x && echo $d; done',
    '/build\n/out\n/home\n/tmp\n',
  );
  check('there is no capability', 'grep CapEff /proc/self/status', 'CapEff:\t0000000000000000\n');
  check(
    'there is no terminal',
    'test -t 0 && echo tty; exec 2>/dev/null; echo > /dev/tty || echo none',
    'none\n',
  );
  check(
    'none of the descriptors that bubblewrap was given is left',
    'for n in 3 4 5 6 7 8 9; do test -e /proc/self/fd/$n && echo $n; done; echo end',
    'end\n',
  );
  check(
    'nothing can be gained by a set-user-id program',
    'grep NoNewPrivs /proc/self/status',
    'NoNewPrivs:\t1\n',
  );
});
