// The folder of a data center as `vitrine init datacenter` makes it: datacenter.toml, keys/, trust/, both
// ledgers, the store, and what the daemon keeps. Whoever reads it whole finds here what does not go together.

import { join, resolve } from 'node:path';
import {
  equal,
  formatVkey,
  fromBase64,
  fromUtf8,
  isVitrineError,
  keyidOf,
  loadPolicy,
  noteTypes,
  quote,
  type DataCenter,
  type NoteSigner,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { StoreOptions } from '@vitrine/datacenter';
import { readPrivate, readSecret, sha256, verifySignature } from '@vitrine/host';
import { atLeast, type Enough, type WitnessEndpoint } from '@vitrine/log';
import { fail } from '../codes.ts';
import { readVkey } from '../config.ts';
import { readFile } from '../files.ts';
import { loadNoteSigners, vkeyOf } from '../note-signers.ts';
import { readDataCenterConfig, type DataCenterConfig } from './config.ts';
import { parseDataCenterFile } from './file.ts';

export interface DataCenterFolder {
  readonly folder: string;
  readonly config: DataCenterConfig;
  /** As public.json has it, which is what the residency policy must say of it. */
  readonly center: DataCenter;
}

export const identityFile = (folder: string): string => join(folder, 'keys', 'identity.key');
export const sealingFolder = (folder: string): string => join(folder, 'keys', 'sealing');
export const statementsFolder = (folder: string): string => join(folder, 'statements');

export async function openDataCenterFolder(folder: string): Promise<DataCenterFolder> {
  const config = await readDataCenterConfig(folder);
  const { center } = parseDataCenterFile(await readFile(join(folder, 'public.json')));
  if (center.id !== config.id)
    throw fail(
      'cli.config',
      `datacenter.toml names ${quote(config.id, 64)}, and public.json is of ${quote(center.id, 64)}`,
      { at: 'id' },
    );
  return { folder: resolve(folder), config, center };
}

/** Root and policy as they were accepted by hand; read again whenever the data center looks around. */
export async function readTrust({ folder }: DataCenterFolder): Promise<TrustPolicy> {
  const at = (name: string): Promise<Uint8Array> => readFile(join(folder, 'trust', name));
  try {
    // One after the other: which of the two is named, where neither is there, must not be chance.
    const document = await at('policy.json');
    const root = await at('root.json');
    return await loadPolicy(document, root, verifySignature, sha256);
  } catch (cause) {
    if (!isVitrineError(cause, 'file.missing')) throw cause;
    throw fail('datacenter.trust', `${quote(folder, 400)} has no accepted trust policy yet`, {
      at: join(folder, 'trust'),
      cause,
    });
  }
}

/** The log takes nothing from a key that the policy does not list for a data center of this operator. */
export function requireListed({ center }: DataCenterFolder, policy: TrustPolicy): void {
  const keyid = keyidOf(fromBase64(center.identity), sha256);
  const key = policy.keys.get(keyid);
  if (key?.role !== 'datacenter' || key.operator !== center.operator || key.until !== undefined)
    throw fail(
      'datacenter.unlisted',
      `the trust policy ${policy.document.version} does not list the identity key of ${center.id} as ${center.operator}'s`,
    );
}

/** Whoever holds a share of record keys is independent of this data center, as the trust policy has it (D18). */
export function requireIndependent({ config, center }: DataCenterFolder, { document }: TrustPolicy): void {
  for (const { operator } of config.supervisors) {
    const listed = document.operators.find(({ id }) => id === operator);
    if (listed?.part !== 'supervisor' || operator === center.operator)
      throw fail(
        'cli.config',
        `datacenter.toml gives shares of record keys to ${operator}, who is no supervisor in the trust policy`,
        { at: 'supervisors' },
      );
  }
}

/** The signer holds the key that public.json names, or everything it signs would be refused. */
export function requireIdentity({ center }: DataCenterFolder, identity: Signer): void {
  if (!equal(identity.publicKey, fromBase64(center.identity)))
    throw fail('datacenter.keys', 'the identity key is not the one that public.json has', { at: 'identity' });
}

/** Both ledger keys, which sign every second and so are loaded here; each must be the one of its ledger. */
export async function loadLedgerKeys({
  folder,
  center,
}: DataCenterFolder): Promise<{ readonly custody: NoteSigner; readonly access: NoteSigner }> {
  const load = async (name: 'custody' | 'access', vkey: string): Promise<NoteSigner> => {
    const [signer] = await loadNoteSigners(folder, readVkey(vkey).name, [`keys/${name}.key`], noteTypes.log);
    if (signer === undefined || vkeyOf(signer) !== formatVkey(readVkey(vkey)))
      throw fail('datacenter.keys', `keys/${name}.key is not the key that public.json has`, { at: name });
    return signer;
  };
  return {
    custody: await load('custody', center.ledger),
    access: await load('access', center.access),
  };
}

export function readMaster({ folder }: DataCenterFolder): Promise<Uint8Array> {
  return readSecret(join(folder, 'keys', 'master.secret'), 32);
}

/** The address of a server holds a password, so it stands in a file of its own that only its owner reads. */
export async function storeOf({ folder, config }: DataCenterFolder): Promise<StoreOptions> {
  if (config.postgres === undefined) return { file: resolve(folder, config.store ?? '') };
  const path = resolve(folder, config.postgres);
  const url = fromUtf8(await readPrivate(path, 4_096)).trim();
  if (!/^postgres(?:ql)?:\/\/[!-~]+$/.test(url))
    throw fail('cli.config', `${quote(path, 400)} holds no address like postgres://…`, { at: 'postgres' });
  return { url };
}

export function keysCopyOf({ folder, config }: DataCenterFolder): string {
  return resolve(folder, config['keys-copy']);
}

/** Who cosigns both ledgers. What is published has the quorum of the trust policy, or no reader would take it. */
export function ledgerWitnesses(
  { config }: DataCenterFolder,
  policy: TrustPolicy,
): { readonly witnesses: readonly WitnessEndpoint[]; readonly enough: Enough } {
  const witnesses = config.witnesses.map(({ operator, url, vkey }) => ({
    operator,
    url,
    key: readVkey(vkey),
  }));
  const current = policy.witnessKeys.filter(({ until }) => until === undefined);
  for (const { operator, key } of witnesses)
    if (
      !current.some(
        (one) => one.operator === operator && equal(one.key.spki, key.spki) && one.key.name === key.name,
      )
    )
      throw fail(
        'cli.config',
        `datacenter.toml lists a witness key of ${operator} that is none in the trust policy`,
        { at: 'witnesses' },
      );
  const { quorum } = policy.document.witnesses;
  const operators = new Set(witnesses.map(({ operator }) => operator)).size;
  if (operators < quorum)
    throw fail(
      'cli.config',
      `datacenter.toml lists witnesses of ${operators} operators, and the trust policy asks for ${quorum}`,
      { at: 'witnesses' },
    );
  return { witnesses, enough: atLeast(quorum, witnesses) };
}
