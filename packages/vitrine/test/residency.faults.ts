// sharing.json as a real repository writes it from a real log: two data centers' ceremony, a sealing key that is
// logged, a second version, and a repository that is killed with -9 between any two of its writes.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatEnvelope, formatTime, loadPolicy, toBase64, utf8 } from '@vitrine/evidence';
import { sha256, startDaemon, verifySignature, type Daemon } from '@vitrine/host';
import { readSharing, schemaDigest, signSealingKey, type Sharing } from '@vitrine/reports';
import { eventually, testSigner } from '@vitrine/testkit';
import { formatDataCenterFile } from '../src/datacenter/file.ts';
import { testCenter } from './make-datacenters.ts';
import { makeNewcomer } from './newcomer.ts';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
const draft = (countries: string): string =>
  `notice = "0s"\ndefault = "frankfurt"\n[[center]]\nid = "zurich"\ncountries = [${countries}]\n`;

test('what the repository serves of residency is whole and proven, whenever it is killed', async (t) => {
  const newcomer = await makeNewcomer(t);
  const { folder, env } = newcomer;
  const command = (line: string, background = false): Promise<string> =>
    newcomer.command({ kind: 'command', words: line.split(' '), background, line });
  for (const [id, country] of [
    ['zurich', 'CH'],
    ['frankfurt', 'DE'],
  ] as const)
    writeFileSync(join(folder, `${id}.json`), formatDataCenterFile(testCenter(id, country)));
  newcomer.write('first.toml', draft('"CH", "LI"'));
  newcomer.write('second.toml', draft('"CH", "LI", "AT"'));
  await command(
    'vitrine init vendor V --name Vendor --jurisdiction CH --origin log.example/v --listen 127.0.0.1:7400',
  );
  for (const [one, port] of [
    ['N', '7410'],
    ['S', '7420'],
  ] as const)
    await command(
      `vitrine init supervisor ${one} --operator ${one.toLowerCase()} --name ${one} --jurisdiction NO --vendor V/public.json --listen 127.0.0.1:${port}`,
    );
  for (const id of ['zurich', 'frankfurt']) await command(`vitrine residency import V ${id}.json`);
  await command('vitrine policy draft V --import N/public.json --import S/public.json');
  const ceremony = async (number: number, ...what: readonly string[]): Promise<void> => {
    await command(`vitrine ceremony plan V ${what.join(' ')}`);
    const keys = ['V/keys/root-1', 'V/keys/root-2', 'V/keys/root-3', 'N/keys/root'];
    await command(
      `vitrine ceremony sign V/drafts/ceremony-${number}/plan.json --yes ${keys.map((key) => `--key ${key}.key`).join(' ')}`,
    );
    await command('vitrine ceremony finish V');
  };
  await command('vitrine residency apply V first.toml');
  await ceremony(1, 'root', 'policy', 'residency');
  await ceremony(2, 'targets');
  for (const one of ['N', 'S']) {
    for (const name of ['root.json', 'policy.json'])
      writeFileSync(join(folder, one, name), readFileSync(join(folder, 'V/public', name)));
    await command(`vitrine witness run ${one}/witness`, true);
  }
  const log = /http:\/\/[0-9.:]+/.exec(await command('vitrine log run V/log', true))?.[0] ?? '';

  const trust = await loadPolicy(
    readFileSync(join(folder, 'N/policy.json')),
    readFileSync(join(folder, 'N/root.json')),
    verifySignature,
    sha256,
  );
  const served = async (): Promise<Sharing> =>
    readSharing(
      readFileSync(join(folder, 'V/public/sharing.json')),
      { policy: trust, root: trust.root },
      { sha256, verifySignature },
    );
  const serve = (): Promise<Daemon> =>
    startDaemon(process.execPath, [main, 'repository', 'run', 'V'], {
      cwd: folder,
      env,
      ready: /serves at http/,
      timeoutMs: 60_000,
    });
  const until = (holds: (sharing: Sharing) => boolean): Promise<void> =>
    eventually(async () => {
      const sharing = await served().catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error; // What is there must be whole.
      });
      return sharing !== undefined && holds(sharing);
    });

  let repository = await serve();
  t.after(() => repository.stop());
  await until(({ residencies }) => residencies.length === 1);
  const now = Math.floor(Date.now() / 1000);
  for (let round = 0; round < 3; round++) {
    const key = {
      center: 'zurich',
      suite: 'x25519-sha256-aes256gcm' as const,
      publicKey: toBase64(sha256(utf8(`key ${round}`))),
      policy: 1,
      consent: schemaDigest(),
      notBefore: formatTime(now),
      notAfter: formatTime(now + 86_400 + round),
      graceUntil: formatTime(now + 2 * 86_400),
    };
    const envelope = await signSealingKey(key, testSigner('identity zurich'));
    writeFileSync(join(folder, 'key.json'), formatEnvelope(envelope));
    await command(`vitrine log add ${log} key.json`);
    await repository.kill9();
    await served();
    repository = await serve();
    await until(({ sealingKeys }) => sealingKeys.length === round + 1);
  }

  const digest = (await served()).residencies[0]?.digest ?? '';
  for (const one of ['N', 'S']) await command(`vitrine residency accept ${digest} --from V --into ${one}`);
  await command('vitrine residency apply V second.toml');
  await ceremony(3, 'residency');
  await until(({ residencies }) => residencies.length === 2);
  assert.match(await command('vitrine residency show V --country AT'), /^AT belongs to zurich/);
  await repository.stop();
});
