// The commands of both sides, as people use them: the data center's over its control socket, the
// supervisor's beside its daemon. Among the faults, because each line is a process.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '@vitrine/host';
import { eventually } from '@vitrine/testkit';
import { serveControl } from '../src/datacenter/control.ts';
import { accessWorld } from './access-world.ts';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

test('who wants to read asks by one command, is granted by another, and reads by a third', async (t) => {
  const world = await accessWorld(t, 1, Math.floor(Date.now() / 1000));
  const control = await serveControl(world.folder, world.verbs);
  t.after(() => control.close());
  const desk = world.supervisor('supervisor-a');
  writeFileSync(join(world.folder, 'why.txt'), 'A new family of loaders.\nCase 12.\n');
  const vitrine = async (...args: readonly string[]): Promise<{ code: number | null; out: string }> => {
    const { code, stdout, stderr } = await run(process.execPath, [main, ...args], {
      cwd: world.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: world.folder, NO_COLOR: '1' },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    return { code, out: stdout + stderr };
  };
  const ask = ['access', 'request', '.', '--who', 'Analyst of the day', '--why', 'why.txt'];
  const asked = await vitrine(...ask, '--records', '0-1', '--hours', '4', '--supervisor', 'supervisor-a');
  assert.equal(asked.code, 0, asked.out);
  assert.match(
    asked.out,
    /^[0-9a-f]{16} {2}Analyst of the day\n {2}records 0-1\n {2}until \S+\n {2}needs the shares of 1 supervisor\n {2}supervisor-a: waiting\n$/,
  );
  const name = asked.out.slice(0, 16);

  const early = await vitrine('access', 'read', '.', name);
  assert.deepEqual([early.code, /grant\.waiting/.test(early.out)], [5, true], early.out);

  const requests = await vitrine('supervisor', 'requests', desk.folder);
  assert.match(requests.out, new RegExp(`^${name} {2}waiting\n {2}center {3}zurich\n`));
  assert.match(
    requests.out,
    /\n {2}why {6}A new family of loaders\.\n {2}why {6}Case 12\.\n {2}records {2}0-1\n/,
  );

  const approved = await vitrine('supervisor', 'approve', desk.folder, name);
  assert.equal(approved.code, 0, approved.out);
  await eventually(async () =>
    (await vitrine('access', 'list', '.')).out.endsWith(' granted, entry 0 of the log\n'),
  );
  const read = await vitrine('access', 'read', '.', name, '1');
  assert.equal(read.code, 0, read.out);
  assert.match(
    read.out,
    /^granted by supervisor-a: [0-9a-f]{16}, entry 0 of the log\nrecord 1\n.*file-1\.exe/s,
  );
  for (const { out } of [read, await vitrine('access', 'list', '.')])
    for (const line of out.split('\n'))
      assert.ok(line.length <= 80 || !/\S \S+ /.test(line), `wider than a terminal: ${line}`);
  assert.equal((await world.seen()).length, 1);

  const revoked = await vitrine('supervisor', 'deny', desk.folder, name, '--why', 'why.txt');
  assert.match(revoked.out, /^revoked {2}[0-9a-f]{64}\n$/);
  const after = await vitrine('access', 'read', '.', name);
  assert.deepEqual([after.code, /grant\.revoked/.test(after.out)], [4, true], after.out);
  const listed = await vitrine('access', 'list', '.', '--json');
  assert.match(listed.out, /"why": "A new family of loaders\.\\nCase 12\."/);
  assert.equal((await vitrine('access', 'revoke', '.', name)).code, 0);
  const wrong = await vitrine(...ask, '--records', '1-x', '--hours', '4', '--supervisor', 'supervisor-a');
  assert.equal(wrong.code, 2, wrong.out);
});
