import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { BuildLimits } from '@vitrine/evidence';
import { eventually, temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, requireSandbox, type BuildFolders, type StepResult } from '../src/index.ts';
import { refusal, stepFolders, stepLimits } from './helpers.ts';

const { sandbox: plain } = await chooseSandbox('none');

/** One step that runs a Node program. */
function node(
  folders: BuildFolders,
  program: string,
  { limits, folder = '' }: { readonly limits?: Partial<BuildLimits>; readonly folder?: string } = {},
): Promise<StepResult> {
  return plain.run(folders, {
    command: [process.execPath, '-e', program],
    folder,
    env: { GIVEN: 'a b' },
    ...stepLimits(limits),
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

describe('a step without a sandbox', () => {
  test('has the umask, folder and environment that were given, and nothing else', async (t) => {
    const folders = stepFolders(t);
    mkdirSync(join(folders.tree, 'part'));
    process.env['VITRINE_TEST_LEAK'] = '1';
    t.after(() => delete process.env['VITRINE_TEST_LEAK']);
    const program = `console.log(JSON.stringify([process.umask(), process.cwd(), process.env]))`;
    const { code, log } = await node(folders, program, { folder: 'part' });
    const [umask, folder, env] = JSON.parse(log) as [number, string, Record<string, string>];
    // What the shell adds that sets the umask, and macOS.
    for (const name of ['PWD', 'SHLVL', '_', 'OLDPWD', '__CF_USER_TEXT_ENCODING']) delete env[name];
    assert.deepEqual([code, umask, folder, env], [0, 0o022, join(folders.tree, 'part'), { GIVEN: 'a b' }]);
  });

  test('gives its exit code, and both streams in one log', async (t) => {
    const program = `console.log('one'); console.error('two'); process.exitCode = 7;`;
    const { code, log } = await node(stepFolders(t), program);
    assert.deepEqual([code, log.split('\n').toSorted()], [7, ['', 'one', 'two']]);
  });

  test('is killed with all that it started when its time is over', async (t) => {
    const folders = stepFolders(t);
    const socket = join(folders.out, 'socket');
    const serve = `require('node:net').createServer().listen(process.argv[1])`;
    const program = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(serve)}, ${JSON.stringify(socket)}]);
      setInterval(() => {}, 1 << 30);`;
    // Long enough for it to have started something, however busy the machine is.
    for (let seconds = 0.5; !existsSync(socket); seconds *= 2) {
      const { stopped } = await node(folders, program, { limits: { seconds } });
      assert.equal(stopped?.code, 'build.time-limit');
    }
    await eventually(() => isDead(socket));
  });

  test('has a log that is cut and says so', async (t) => {
    const program = `for (let i = 0; i < 100; i++) console.log('0123456789');`;
    const result = await node(stepFolders(t), program, { limits: { logBytes: 100 } });
    assert.deepEqual([result.log.length, result.stopped?.code], [99, 'build.log-limit']);
  });
});

/** Whether nobody listens on a socket any more. */
async function isDead(socket: string): Promise<boolean> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    connection.destroy();
  }
}
