// An endpoint before a data center as its operator runs it: the keys of the week, the ledgers and their witnesses
// are made by the daemon, and the endpoint learns of them from sharing.json alone.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { datacenterHandler } from '@vitrine/datacenter';
import { agentCommand } from '@vitrine/endpoint';
import { listen, respond, type Handler } from '@vitrine/host';
import { eventually } from '@vitrine/testkit';
import { centerWorld } from '../datacenter-world.ts';

test('an endpoint shares with a data center that its operator runs, and gets its proofs', async (t) => {
  const world = await centerWorld(t);
  const center: { handler?: Handler } = {};
  const server = await listen(
    async (request, response) => {
      if (request.url !== '/sharing.json') return center.handler?.(request, response) ?? false;
      respond(response, 200, await world.sharing());
      return true;
    },
    { port: 0, graceMs: 50 },
  );
  t.after(() => server.close());
  await world.policy({ centers: [{ ...world.center, intake: [server.url] }] });
  const daemon = await world.open();
  center.handler = datacenterHandler(daemon.center, { auditors: new Map() });
  await daemon.round();

  const folder = join(world.folder, '..', 'endpoint');
  const run = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const terminal = {
      show: () => {},
      print: (line: string) => void said.push(line),
      warn: (line: string) => void said.push(line),
      input: () => Promise.resolve(''),
    };
    const build = { product: 'agent', version: '0.1.0', file: import.meta.filename };
    const code = await agentCommand([...args, '--folder', folder], build, { clock: world.clock, terminal });
    assert.equal(code, 0, said.join('\n'));
    return said.join('\n');
  };
  const trust = (name: string): string => join(world.folder, 'trust', name);
  await run(
    ...`enrol --repository ${server.url} --log ${server.url}/log --product agent`.split(' '),
    ...`--channel stable --platform any --root ${trust('root.json')} --policy ${trust('policy.json')}`.split(
      ' ',
    ),
  );
  assert.match(await run('consent', 'give', 'reports', '--country', 'LI', '--yes'), /signed by both sides/);
  const file = join(world.folder, '..', 'setup.exe');
  writeFileSync(file, 'MZ');
  await run('report', file);
  assert.match(await run('send'), /^1 records in 1 reports promised/);
  await eventually(async () => /1 records proven/.test(await run('send')));
  assert.match(await run('ledger', 'verify'), /^records: 1 proven$/m);
});
