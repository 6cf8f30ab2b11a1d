// A witness takes on the ledgers of data centers while it runs.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  emptyRoot,
  formatCheckpoint,
  formatNote,
  formatVkey,
  noteSigner,
  noteTypes,
  signCheckpoint,
} from '@vitrine/evidence';
import { listen } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { formatAddCheckpoint, initWitness } from '@vitrine/log/witness';
import { eventually, temporaryDirectory, testSigner } from '@vitrine/testkit';
import { WitnessDaemon } from '../src/witness-daemon.ts';

const logs = ['log.example/v', 'log.example/v/zurich/custody'].map((origin) =>
  noteSigner(origin, noteTypes.log, testSigner(`ledger ${origin}`)),
);
const [log, ledger] = logs;
assert.ok(log !== undefined && ledger !== undefined);

test('a ledger that is listed while the witness runs is cosigned; a list that is wrong changes nothing', async (t) => {
  const folder = join(temporaryDirectory(t), 'witness');
  mkdirSync(folder);
  const signer = await generateKey(join(folder, '..', 'witness.key'), 'ed25519');
  const name = 'north/witness';
  await initWitness(folder, { vkeys: [formatVkey(noteSigner(name, noteTypes.cosignature, signer).key)] });
  const list = (...tables: readonly string[]): void =>
    writeFileSync(
      join(folder, 'witness.toml'),
      `name = "${name}"\nlisten = "127.0.0.1:7410"\nkeys = ["../witness.key"]\n${tables.join('')}`,
    );
  const table = ({ key }: typeof log): string =>
    `[[logs]]\norigin = "${key.name}"\nkeys = ["${formatVkey(key)}"]\n`;
  list(table(log));

  const said: string[] = [];
  const daemon = await WitnessDaemon.open(folder, (line) => said.push(line), 10);
  const server = await listen(daemon.handler, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server.close();
    await daemon.close();
  });
  const ask = async (of: typeof log): Promise<number> => {
    const text = formatCheckpoint({ origin: of.key.name, size: 0, root: emptyRoot(), extensions: [] });
    const note = formatNote({ text, signatures: [await signCheckpoint(text, of, 0)] });
    const body = formatAddCheckpoint(0, [], note);
    return (await fetch(`${server.url}/add-checkpoint`, { method: 'POST', body })).status;
  };
  const told = (line: RegExp): Promise<void> => eventually(() => said.some((one) => line.test(one)));

  assert.deepEqual([await ask(log), await ask(ledger)], [200, 404]);
  list(table(log), table(ledger));
  await told(/follows 2 logs/);
  assert.deepEqual([await ask(log), await ask(ledger)], [200, 200]);
  list(table(log), 'nonsense');
  await told(/not taken: .*cli\.config/);
  list(table(log), table(log));
  await told(/not taken: .*witness\./);
  assert.deepEqual([await ask(log), await ask(ledger)], [200, 200]);
});
