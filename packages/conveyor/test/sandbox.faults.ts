// Steps in bubblewrap, which sees no Node of ours: they run the shell and tools of the machine.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BuildLimits } from '@vitrine/evidence';
import { chooseSandbox, type BuildFolders, type StepResult } from '../src/index.ts';
import { stepFolders, stepLimits } from './helpers.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;

function shell(
  folders: BuildFolders,
  script: string,
  { limits, folder = '' }: { readonly limits?: Partial<BuildLimits>; readonly folder?: string } = {},
): Promise<StepResult> {
  return auto.run(folders, {
    command: ['/bin/sh', '-c', script],
    folder,
    env: { PATH: '/usr/bin:/bin', GIVEN: 'a b' },
    ...stepLimits(limits),
  });
}

describe('a step in bubblewrap', { skip }, () => {
  test('has the umask, folder and environment that were given, and nothing else', async (t) => {
    const folders = stepFolders(t);
    mkdirSync(join(folders.tree, 'part'));
    process.env['VITRINE_TEST_LEAK'] = '1';
    t.after(() => delete process.env['VITRINE_TEST_LEAK']);
    const { code, log } = await shell(folders, 'umask; pwd; env | sort', { folder: 'part' });
    const inside = auto.inside(folders);
    const lines = log.split('\n').filter((line) => !/^(?:PWD|SHLVL|_|OLDPWD)=/.test(line));
    assert.equal(code, 0);
    assert.deepEqual(lines, ['0022', `${inside.tree}/part`, 'GIVEN=a b', 'PATH=/usr/bin:/bin', '']);
  });

  test('gives its exit code, and both streams in one log', async (t) => {
    const { code, log } = await shell(stepFolders(t), 'echo one; echo two >&2; exit 7');
    assert.deepEqual([code, log.split('\n').toSorted()], [7, ['', 'one', 'two']]);
  });

  test('is killed with all that it started when its time is over', async (t) => {
    const folders = stepFolders(t);
    const out = auto.inside(folders).out;
    const script = `(sleep 1; touch ${out}/late) & sleep 30`;
    const { stopped } = await shell(folders, script, { limits: { seconds: 0.3 } });
    assert.equal(stopped?.code, 'build.time-limit');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { log } = await shell(folders, `ls ${out}`);
    assert.equal(log, '');
  });

  test('has a log that is cut and says so', async (t) => {
    const result = await shell(
      stepFolders(t),
      'i=0; while [ $i -lt 100 ]; do echo 0123456789; i=$((i+1)); done',
      { limits: { logBytes: 100 } },
    );
    assert.deepEqual([result.log.length, result.stopped?.code], [99, 'build.log-limit']);
  });
});

describe('inside bubblewrap', { skip }, () => {
  const check = (what: string, script: string, expected: string | RegExp): void => {
    test(what, async (t) => {
      const { log } = await shell(stepFolders(t), script);
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
