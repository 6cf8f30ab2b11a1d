// vitrine init supervisor: its keys, one for each role (D4), a witness, and what the vendor imports.

import { join } from 'node:path';
import {
  formatVkey,
  noteSigner,
  noteTypes,
  sha256,
  toBase64,
  toHex,
  utf8,
  type NoteSigner,
  type Signer,
} from '@vitrine/evidence';
import { createSecret, makeDurableDirectory, writeDurable } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { initWitness } from '@vitrine/log/witness';
import { openingKey } from '@vitrine/reports';
import { splitAddress } from '../config.ts';
import { formatOperator, publicKeyOf, type OperatorFile } from '../operator/file.ts';
import { makeFolder } from './fresh.ts';
import { supervisorToml } from './supervisor-toml.ts';
import type { Made } from './vendor.ts';

/** `cosigner` signs delegated roles and nothing else; the witness key signs checkpoints alone. */
const supervisorKeys = ['root', 'witness', 'rebuilder', 'supervisor', 'cosigner'] as const;
type SupervisorKey = (typeof supervisorKeys)[number];

export interface NewSupervisor {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
  /** Address of the witness; the supervisor's own service takes the next port. */
  readonly listen: string;
  /** The vendor's public.json. */
  readonly vendor: OperatorFile;
}

export async function initSupervisor(folder: string, supervisor: NewSupervisor): Promise<Made> {
  const { port } = splitAddress(supervisor.listen);
  const own = supervisor.listen.replace(/:[0-9]+$/, `:${port + 1}`);
  let digest = '';
  await makeFolder(folder, async (fresh) => {
    await makeDurableDirectory(join(fresh, 'keys'), { mode: 0o700 });
    for (const name of ['witness', 'store', 'work', 'statements'])
      await makeDurableDirectory(join(fresh, name));
    const keys = await makeKeys(join(fresh, 'keys'));
    const witness = noteSigner(`${supervisor.operator}/witness`, noteTypes.cosignature, keys.witness);
    await initWitness(join(fresh, 'witness'), { vkeys: [formatVkey(witness.key)] });
    const halves = await openingKey(await createSecret(join(fresh, 'keys', 'halves.secret'), 32));
    const file = publicFile(supervisor, keys, witness, own, toBase64(halves.publicKey));
    digest = toHex(sha256(file));
    await writeDurable(join(fresh, 'public.json'), file);
    const toml = supervisorToml({ ...supervisor, own, witnessName: witness.key.name });
    await writeDurable(join(fresh, 'supervisor.toml'), utf8(toml.supervisor));
    await writeDurable(join(fresh, 'witness', 'witness.toml'), utf8(toml.witness));
  });
  return { digest };
}

async function makeKeys(folder: string): Promise<Readonly<Record<SupervisorKey, Signer>>> {
  const made: Partial<Record<SupervisorKey, Signer>> = {};
  for (const name of supervisorKeys) made[name] = await generateKey(join(folder, `${name}.key`), 'ed25519');
  return made as Record<SupervisorKey, Signer>;
}

function publicFile(
  { operator: id, name, jurisdiction, listen }: NewSupervisor,
  keys: Readonly<Record<SupervisorKey, Signer>>,
  witness: NoteSigner,
  own: string,
  halves: string,
): Uint8Array {
  return formatOperator({
    operator: { id, name, jurisdiction, part: 'supervisor' },
    root: [publicKeyOf(keys.root)],
    keys: (['rebuilder', 'supervisor'] as const).map((role) => ({
      role,
      publicKey: publicKeyOf(keys[role]),
    })),
    witness: { vkeys: [formatVkey(witness.key)], url: `http://${listen}` },
    cosigner: { publicKey: publicKeyOf(keys.cosigner), url: `http://${own}` },
    halves,
  });
}
