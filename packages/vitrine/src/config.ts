// The configuration of the daemons: `log.toml` and `witness.toml` in their own folders.

import { join } from 'node:path';
import { fields, parseVkey, schema, type Schema, type VerifierKey } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { readToml } from './toml.ts';

const { integer, list, object, text } = schema;

export const address: Schema<string> = text(
  /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|localhost|\[[0-9a-f:]+\]):[0-9]{1,5}$/,
  64,
  'an address like 127.0.0.1:7400',
);
export const file: Schema<string> = text(/^[^\0]{1,4096}$/, 4096, 'a file path');
export const url: Schema<string> = text(/^https?:\/\/[!-~]{1,500}$/, 512, 'an http or https address');
const vkey: Schema<string> = text(/^[!-~]{10,2600}$/, 2600, 'a verifier key');

export interface WitnessPeer {
  readonly operator: string;
  readonly url: string;
  readonly vkey: string;
}

export const witnessPeers: Schema<readonly WitnessPeer[]> = list(
  object({ operator: fields.name, url, vkey }),
  { most: 64 },
);

export interface LogConfig {
  readonly origin: string;
  readonly listen: string;
  /** Private keys, relative to the configuration: Ed25519 first, ML-DSA-44 if any second. */
  readonly keys: readonly string[];
  /** Milliseconds between checkpoints while entries wait. */
  readonly 'interval-ms'?: number;
  /** Witness operators that must cosign before a checkpoint is published. */
  readonly quorum: number;
  readonly witnesses?: readonly WitnessPeer[];
  /** The file by which a Center admits reviewers, relative to the configuration. */
  readonly reviewers?: string;
}

export const logConfig: Schema<LogConfig> = object(
  { origin: fields.origin, listen: address, keys: list(file, { least: 1, most: 2 }), quorum: integer(0, 64) },
  {
    'interval-ms': integer(10, 60_000),
    witnesses: witnessPeers,
    reviewers: file,
  },
);

export interface WitnessConfig {
  readonly name: string;
  readonly listen: string;
  readonly keys: readonly string[];
  /** The logs it cosigns, each by its verifier keys; the Ed25519 key's name is the origin. */
  readonly logs: readonly { readonly origin: string; readonly keys: readonly string[] }[];
}

export const witnessConfig: Schema<WitnessConfig> = object({
  name: text(/^[!-*,-~]{1,255}$/, 255, 'a key name'),
  listen: address,
  keys: list(file, { least: 1, most: 2 }),
  logs: list(object({ origin: fields.origin, keys: list(vkey, { least: 1, most: 4 }) }), { most: 1024 }),
});

export async function readConfig<T>(
  folder: string,
  name: 'log.toml' | 'witness.toml',
  form: Schema<T>,
): Promise<T> {
  return readToml(join(folder, name), form);
}

export function readVkey(text_: string): VerifierKey {
  try {
    return parseVkey(text_);
  } catch (cause) {
    throw fail('cli.vkey', 'a verifier key that does not parse', { cause });
  }
}

export function splitAddress(listen: string): { readonly host: string; readonly port: number } {
  const colon = listen.lastIndexOf(':');
  return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(listen.slice(colon + 1)) };
}
