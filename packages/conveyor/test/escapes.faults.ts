// Planted escapes. Each attack is one program; it prints "succeeded" where it reached what it wanted. Outside
// of the sandbox it does, or the test would show nothing; inside it must not. What it is after belongs to the
// test: a secret file, a process, a listener.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@vitrine/host';
import { eventually, temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, type BuildFolders, type StepResult } from '../src/index.ts';
import {
  stepFolders,
  makeRepository,
  makeVendor,
  memoryLog,
  produceTiny,
  refusal,
  shellRecipe,
  stepLimits,
} from './helpers.ts';

const { sandbox, why } = await chooseSandbox('auto');
const skip = sandbox.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;
const { sandbox: plain } = await chooseSandbox('none');
const isRoot = process.getuid?.() === 0;
const rootOnly = isRoot ? false : 'only root can do this outside, so that nothing would be shown';

const secret = 'the secret of the vendor';

/** Wraps the attack: whatever the system answers is printed. */
function program(attack: string): string {
  return `const fs = require('node:fs'); const [target] = process.argv.slice(1);
    const say = (word) => { console.log(word); process.exit(0); };
    const refused = (error) => say('refused ' + (error.code ?? error.message));
    process.on('uncaughtException', refused).on('unhandledRejection', refused);
    (async () => { ${attack} })().then((done) => say(done === true ? 'succeeded' : 'refused'));`;
}

async function outside(attack: string, target: string, cwd = tmpdir()): Promise<string> {
  const { stdout } = await run(process.execPath, ['-e', program(attack), target], {
    env: { PATH: process.env['PATH'] ?? '' },
    cwd,
    timeoutMs: 30_000,
    maxOutputBytes: 4096,
  });
  return stdout.trim();
}

/** The folders of a build that has Node as its toolchain. */
function withNode(t: TestContext): BuildFolders {
  const folders = stepFolders(t);
  mkdirSync(join(folders.tools, 'bin'));
  const target = join(folders.tools, 'bin/node');
  try {
    linkSync(process.execPath, target);
  } catch {
    copyFileSync(process.execPath, target);
  }
  return folders;
}

function step(folders: BuildFolders, command: readonly string[]): Promise<StepResult> {
  return sandbox.run(folders, {
    command,
    folder: '',
    env: { PATH: '/usr/bin:/bin', OUT: '/out' },
    ...stepLimits({ diskBytes: 1 << 28 }),
  });
}

async function inside(folders: BuildFolders, attack: string, target: string): Promise<string> {
  const { log, stopped } = await step(folders, ['/tools/bin/node', '-e', program(attack), target]);
  assert.equal(stopped, undefined, String(stopped));
  return log.trim();
}

/** Outside it succeeds, inside it is refused. `again` makes the target anew after the first success. */
async function isHeldBack(
  t: TestContext,
  attack: string,
  target: string,
  { demonstrate = true, again }: { readonly demonstrate?: boolean; readonly again?: () => string } = {},
): Promise<void> {
  const folders = withNode(t);
  if (demonstrate) assert.equal(await outside(attack, target), 'succeeded', 'outside');
  else t.diagnostic('not shown outside: only root could');
  assert.match(await inside(folders, attack, again?.() ?? target), /^refused/, 'inside');
}

/** A folder of the vendor's with a key in it, as only its owner may read it. */
function vendorsKey(t: TestContext): string {
  const folder = join(temporaryDirectory(t), 'keys');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'order.key'), secret, { mode: 0o600 });
  return join(folder, 'order.key');
}

/** Lives until it is killed, or the test is over. */
function victim(t: TestContext, env: Readonly<Record<string, string>> = {}): number {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore', env });
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return child.pid;
}

function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : '';
  return /\) [^ZX] /.test(stat);
}

const isSecret = `fs.readFileSync(target, 'utf8') === ${JSON.stringify(secret)}`;

describe('a build in the sandbox cannot read', { skip }, () => {
  test('the vendor’s keys', async (t) => {
    await isHeldBack(t, `return ${isSecret}`, vendorsKey(t));
  });

  test('them through a symbolic link that it makes', async (t) => {
    const attack = `const link = require('node:path').join(fs.mkdtempSync((fs.existsSync('/build') ? '/build' : require('node:os').tmpdir()) + '/l-'), 'l');
      fs.symlinkSync(target, link); target_ = fs.readFileSync(link, 'utf8');
      fs.rmSync(require('node:path').dirname(link), { recursive: true });
      return target_ === ${JSON.stringify(secret)}`;
    await isHeldBack(t, `let target_; ${attack}`, vendorsKey(t));
  });

  test('the home folder of the user', async (t) => {
    const home = process.env['HOME'] ?? '/root';
    await isHeldBack(t, 'return fs.readdirSync(target).length >= 0', home);
  });

  test('the machine through the root or the working folder of any process', async (t) => {
    victim(t);
    const attack = `return fs.readdirSync('/proc').filter((name) => /^[0-9]/.test(name)).some((name) =>
      ['root', 'cwd/../../../../../../../..'].some((way) => {
        try { return fs.readFileSync('/proc/' + name + '/' + way + target, 'utf8') === ${JSON.stringify(secret)}; }
        catch { return false; } }))`;
    await isHeldBack(t, attack, vendorsKey(t));
  });

  test('the environment of any process of the machine', async (t) => {
    victim(t, { TOKEN: secret });
    const attack = `return fs.readdirSync('/proc').some((name) => {
      try { return fs.readFileSync('/proc/' + name + '/environ', 'utf8').includes('TOKEN=' + target); }
      catch { return false; } })`;
    await isHeldBack(t, attack, secret);
  });

  test('the folders in which programs are looked up here', async (t) => {
    const attack = `return fs.readFileSync('/proc/' + (fs.existsSync('/tools') ? 1 : process.pid) + '/environ', 'utf8').includes(target)`;
    await isHeldBack(t, attack, `PATH=${process.env['PATH'] ?? ''}`);
  });

  test('the shared memory of the machine', { skip: !existsSync('/dev/shm') && 'no /dev/shm' }, async (t) => {
    const file = `/dev/shm/vitrine-test-${process.pid}`;
    writeFileSync(file, secret);
    t.after(() => rmSync(file));
    await isHeldBack(t, `return ${isSecret}`, file);
  });
});

describe('a build in the sandbox cannot write', { skip }, () => {
  test('to the settings of the kernel, also when root started it', async (t) => {
    // The value that is there already.
    const attack = 'fs.writeFileSync(target, fs.readFileSync(target)); return true';
    for (const name of ['vm/swappiness', 'kernel/core_pattern'])
      await isHeldBack(t, attack, `/proc/sys/${name}`, { demonstrate: isRoot });
  });

  test('to its materials, to its tools, or by them to the store', async (t) => {
    const folders = withNode(t);
    const store = join(temporaryDirectory(t), 'object');
    writeFileSync(store, 'sound', { mode: 0o444 });
    linkSync(store, join(folders.materials, 'a.tgz'));
    for (const name of ['materials', 'tools'] as const) {
      const attack = "fs.writeFileSync(target + '/new', 'x'); return true";
      assert.equal(await outside(attack, folders[name]), 'succeeded');
      rmSync(join(folders[name], 'new'));
      assert.equal(await inside(folders, attack, `/${name}`), 'refused EROFS');
    }
    const attack = "fs.chmodSync(target, 0o644); fs.writeFileSync(target, 'altered'); return true";
    assert.equal(await inside(folders, attack, '/materials/a.tgz'), 'refused EROFS');
    assert.equal(readFileSync(store, 'utf8'), 'sound');
    assert.equal(await outside(attack, join(folders.materials, 'a.tgz')), 'succeeded');
    assert.equal(readFileSync(store, 'utf8'), 'altered', 'which is what the read-only mount prevents');
  });

  test('anywhere but to the tree, outputs, home and temporary files', async (t) => {
    const folders = withNode(t);
    const attack = `const written = []; const walk = (folder, depth) => {
        try { fs.writeFileSync(folder + '/planted', 'x'); fs.unlinkSync(folder + '/planted'); written.push(folder); return; } catch {}
        if (depth === 0) return;
        for (const e of fs.readdirSync(folder + '/', { withFileTypes: true }))
          if (e.isDirectory() && !/^\\/proc\\/[0-9]/.test(folder + '/' + e.name)) try { walk(folder + '/' + e.name, depth - 1); } catch {}
      };
      walk('', 3); console.log(written.toSorted().join(' ')); return true`;
    const { log } = await step(folders, ['/tools/bin/node', '-e', program(attack), '']);
    assert.equal(log, '/build /dev/shm /home /out /tmp\nsucceeded\n');
  });

  test('more into shared memory than 64 MiB', async (t) => {
    const attack = "fs.writeFileSync(target + '/x', Buffer.alloc(70 << 20)); return true";
    const folders = withNode(t);
    assert.equal(await outside(attack, folders.temporary), 'succeeded');
    assert.equal(await inside(folders, attack, '/dev/shm'), 'refused ENOSPC');
  });
});

describe('a build in the sandbox cannot reach', { skip }, () => {
  test('a process of the machine with a signal', async (t) => {
    const attack = "process.kill(Number(target), 'SIGTERM'); return true";
    let pid = victim(t);
    const first = pid;
    await isHeldBack(t, attack, String(pid), {
      again: () => {
        pid = victim(t);
        return String(pid);
      },
    });
    await eventually(() => !isAlive(first));
    assert.ok(isAlive(pid));
  });

  const connect = (to: string): string =>
    `return new Promise((resolve) => require('node:net').connect(${to}).on('connect', () => resolve(true)).on('error', refused))`;

  test('a listener on the loopback', async (t) => {
    const server = createServer((socket) => socket.end());
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await isHeldBack(t, connect("Number(target), '127.0.0.1'"), String(port));
  });

  test('an abstract Unix socket, which has no file that could be hidden', async (t) => {
    const name = `vitrine-test-${process.pid}`;
    const server = createServer((socket) => socket.end());
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
    await isHeldBack(t, connect("'\\0' + target"), name);
  });

  test('a Unix socket in a temporary folder', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const server = createServer((socket) => socket.end());
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await isHeldBack(t, connect('target'), path);
  });

  test('any other address', async (t) => {
    assert.equal(await inside(withNode(t), connect("80, '192.0.2.1'"), ''), 'refused ENETUNREACH');
  });

  test('a device of the machine', { skip: rootOnly }, async (t) => {
    const folders = withNode(t);
    const node = join(folders.temporary, 'device');
    const make = (path: string): string =>
      `require('node:child_process').execFileSync('/usr/bin/mknod', [${JSON.stringify(path)}, 'c', '1', '3'], { stdio: 'ignore' }); return true`;
    assert.equal(await outside(make(node), ''), 'succeeded');
    rmSync(node);
    assert.match(await inside(folders, make('/tmp/device'), ''), /^refused/);
  });
});

describe('a build in the sandbox gains nothing', { skip }, () => {
  test(
    'by a user namespace of its own',
    { skip: !existsSync('/usr/bin/unshare') && 'no unshare here' },
    async (t) => {
      const attack =
        "require('node:child_process').execFileSync('/usr/bin/unshare', ['--user', '--map-root-user', '/usr/bin/true'], { stdio: 'ignore' }); return true";
      await isHeldBack(t, attack, '');
    },
  );

  test('by mounting', { skip: rootOnly || (!existsSync('/usr/bin/mount') && 'no mount here') }, async (t) => {
    const attack = `require('node:child_process').execFileSync('/usr/bin/mount', ['-o', 'remount,bind,rw', '/usr'], { stdio: 'ignore' }); return true`;
    // Outside it would change the machine.
    assert.match(await inside(withNode(t), attack, ''), /^refused/);
  });

  test('by the set-user-id bit: no output keeps it, and nobody else can reach the one that has it', async (t) => {
    const folder = temporaryDirectory(t);
    const script = 'cp /usr/bin/id $OUT/tiny.txt; chmod 4755 $OUT/tiny.txt; stat -c %a $OUT/tiny.txt';
    makeRepository(join(folder, 'r'), { 'conveyor.toml': shellRecipe(script) });
    const vendor = makeVendor(join(folder, 'v'));
    let log = '';
    const produced = await produceTiny(
      join(folder, 'r'),
      vendor,
      memoryLog(),
      sandbox,
      (text) => (log += text),
    );
    assert.equal(log, '4755\n', 'the bit was set');
    const [output] = produced.result.manifest.outputs;
    assert.equal(statSync(vendor.blobs.path(output?.sha256 ?? '')).mode & 0o7111, 0);
  });
});

describe('outputs stay what they were when the command ended', { skip }, () => {
  // Twice out of the family, in a session of its own, with nothing that names the build.
  const daemon = (token: string, file: string, act: string): string =>
    `( setsid sh -c '( : ${token}; cd ${file.replace(/\/[^/]*$/, '')}; ${act} ) >/dev/null 2>&1 & ' ) & sleep 0.2`;
  // Half a minute at most, should nothing end it.
  const alter = (file: string): string =>
    `i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo altered >> ${file}; sleep 0.01; done`;
  const running = (token: string): readonly number[] =>
    readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .filter((pid) => {
        try {
          return (
            readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(token) && Number(pid) !== process.pid
          );
        } catch {
          return false;
        }
      })
      .map(Number);

  test('a process that went its own way ends with the command, and the build with it', async (t) => {
    const folders = stepFolders(t);
    const own = join(folders.out, 'outside.txt');
    const tokens = [`token-${process.pid}-a`, `token-${process.pid}-b`] as const;
    // Outside it goes on.
    execFileSync('/bin/sh', ['-c', `echo sound > ${own}; ${daemon(tokens[0], own, alter(own))}`]);
    const left = running(tokens[0]);
    t.after(() => left.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL')));
    const size = statSync(own).size;
    await eventually(() => statSync(own).size > size);
    // Inside it is noticed and ended before anyone looks at the outputs.
    const script = `echo sound > /out/inside.txt; ${daemon(tokens[1], '/out/inside.txt', alter('/out/inside.txt'))}`;
    const { code, stopped } = await step(folders, ['/bin/sh', '-c', script]);
    assert.deepEqual([code, stopped?.code], [0, 'build.left-running']);
    assert.deepEqual(running(tokens[1]), []);
    const after = readFileSync(join(folders.out, 'inside.txt'), 'utf8');
    await sleep(200);
    assert.equal(readFileSync(join(folders.out, 'inside.txt'), 'utf8'), after);
  });

  test('also when it kills the shell that watches over it, or lets it go on', async (t) => {
    const folders = stepFolders(t);
    const token = `token-${process.pid}-c`;
    for (const act of ['kill -9 2', 'j=0; while [ $j -lt 3000000 ]; do j=$((j+1)); kill -CONT 2; done']) {
      const script = `${daemon(token, '/out/x', `${act} & ${alter('/out/x')}`)}; sleep 0.2`;
      await step(folders, ['/bin/sh', '-c', script]);
      assert.deepEqual(running(token), [], act);
    }
  });

  test('without a sandbox too, as long as it can be recognised', async (t) => {
    const folder = temporaryDirectory(t);
    const script = `echo sound > $OUT/tiny.txt; setsid sh -c 'sleep 60 & sleep 60' >/dev/null 2>&1 & sleep 0.2`;
    makeRepository(join(folder, 'r'), { 'conveyor.toml': shellRecipe(script) });
    const attempt = produceTiny(join(folder, 'r'), makeVendor(join(folder, 'v')), memoryLog(), plain);
    await assert.rejects(attempt, refusal('build.left-running'));
  });
});

describe('an output that is no file is refused', () => {
  const kinds: readonly (readonly [string, string, string, string | false])[] = [
    ['a named pipe', 'mkfifo $OUT/tiny.txt', 'output.device', false],
    ['a device', 'mknod $OUT/tiny.txt c 1 3', 'output.device', rootOnly],
    ['a link to a key', 'ln -s /proc/1/environ $OUT/tiny.txt', 'output.link', false],
    ['a link to the output of another', 'echo > x; ln -s $PWD/x $OUT/tiny.txt', 'output.link', false],
    [
      'a file that cannot be read',
      'echo > $OUT/tiny.txt; chmod 0 $OUT/tiny.txt',
      'output.irregular',
      isRoot && 'root can read it',
    ],
  ];
  for (const [what, script, code, skipped] of kinds) {
    test(`${what}, without a sandbox`, { skip: skipped }, async (t) => {
      const folder = temporaryDirectory(t);
      makeRepository(join(folder, 'r'), { 'conveyor.toml': shellRecipe(script) });
      const attempt = produceTiny(join(folder, 'r'), makeVendor(join(folder, 'v')), memoryLog(), plain);
      await assert.rejects(attempt, refusal(code));
    });
  }

  test('in the sandbox a build cannot even make a device', { skip }, async (t) => {
    const folder = temporaryDirectory(t);
    makeRepository(join(folder, 'r'), { 'conveyor.toml': shellRecipe('mknod $OUT/tiny.txt c 1 3') });
    const attempt = produceTiny(join(folder, 'r'), makeVendor(join(folder, 'v')), memoryLog(), sandbox);
    await assert.rejects(attempt, refusal('build.command'));
  });
});

test('a hard link to a file outside of the build is no output', { skip }, async (t) => {
  const folders = stepFolders(t);
  const key = join(temporaryDirectory(t), 'key');
  writeFileSync(key, secret);
  chmodSync(key, 0o644);
  const { log } = await step(folders, ['/bin/sh', '-c', `ln ${key} /out/x 2>&1 || echo refused`]);
  assert.match(log, /refused/);
});
