// The folder of a Center as `vitrine init center` makes it: center.toml (docs/spec/center-toml.md), the
// access table, the pinned root and policy, and everything that the Center keeps.

import { join, resolve } from 'node:path';
import type { CenterOptions } from '@vitrine/center';
import {
  fields,
  fromUtf8,
  isVitrineError,
  loadPolicy,
  schema,
  webauthnPlace,
  type Schema,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { address, file, url } from './config.ts';
import { readFile } from './files.ts';
import { readToml } from './toml.ts';

const { integer, list, object, record, text, where } = schema;

export interface CenterConfig {
  /** As browsers see it; passkeys are bound to it for ever. */
  readonly origin: string;
  readonly listen: string;
  /** Whose Center this is; authenticators show it. */
  readonly name?: string;
  readonly vendor: {
    readonly log: string;
    readonly repository: string;
    /** Files in the folder: what was accepted by hand. */
    readonly root: string;
    readonly policy: string;
    /** The vendor's store/source. */
    readonly source: string;
  };
  readonly supervisors?: readonly { readonly operator: string; readonly url: string }[];
  readonly git?: readonly { readonly product: string; readonly folder: string }[];
  readonly 'trusted-proxies'?: readonly string[];
  readonly 'keep-reads-days'?: number;
  readonly sessions?: { readonly 'idle-minutes'?: number; readonly hours?: number };
  readonly oidc?: {
    readonly name: string;
    readonly issuer: string;
    readonly 'client-id': string;
    /** A file in the folder. */
    readonly 'client-secret'?: string;
    readonly scopes?: readonly string[];
    readonly 'groups-claim'?: string;
    readonly groups?: Readonly<Record<string, string>>;
  };
}

/** A passkey is bound to a name, so an address will not do; in the clear only on this machine. */
export const centerOrigin: Schema<string> = where(url, (value) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed?.origin !== value) return 'scheme, host and port alone, as in https://center.example';
  if (/^[0-9.]+$|^\[/.test(parsed.hostname)) return 'the name of a host: passkeys are not bound to addresses';
  const here = parsed.hostname === 'localhost' || parsed.hostname.endsWith('.localhost');
  if (parsed.protocol !== 'https:' && !here) return 'https, but for localhost';
  // What a log refuses in the list of reviewers would keep every reviewer out of it, for ever.
  return isPlace(parsed.hostname, value) ? undefined : 'an origin whose passkeys a log takes';
});

function isPlace(rpId: string, origin: string): boolean {
  try {
    webauthnPlace.check({ rpId, origin });
    return true;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}

const printable = (most: number, meaning: string): Schema<string> =>
  text(new RegExp(`^[^\\p{Cc}\\p{Cf}]{1,${most}}$`, 'u'), most, meaning);

export const centerConfig: Schema<CenterConfig> = object(
  {
    origin: centerOrigin,
    listen: address,
    vendor: object({ log: url, repository: url, root: file, policy: file, source: file }),
  },
  {
    name: fields.organisation,
    supervisors: list(object({ operator: fields.name, url }), { most: 64 }),
    git: list(object({ product: fields.name, folder: file }), { most: 256 }),
    'trusted-proxies': list(text(/^[0-9a-fA-F.:/]{2,50}$/, 50, 'an address or a network'), { most: 64 }),
    'keep-reads-days': integer(1, 36_500),
    sessions: object({}, { 'idle-minutes': integer(1, 10_080), hours: integer(1, 720) }),
    oidc: object(
      { name: fields.organisation, issuer: url, 'client-id': printable(200, 'a client identifier') },
      {
        'client-secret': file,
        scopes: list(text(/^[!#-[\]-~]{1,100}$/, 100, 'a scope'), { most: 32 }),
        'groups-claim': printable(200, 'the name of a claim'),
        groups: record(/^[^\p{Cc}\p{Cf}]{1,200}$/u, fields.name, 256),
      },
    ),
  },
);

export interface CenterFolder {
  readonly config: CenterConfig;
  readonly listen: string;
  readonly options: Omit<CenterOptions, 'web'>;
}

/** What commands beside the Center need of its folder. */
export async function readCenterPolicy(
  folder: string,
): Promise<{ readonly config: CenterConfig; readonly policy: TrustPolicy; readonly files: PinnedFiles }> {
  const config = await readToml(join(folder, 'center.toml'), centerConfig);
  const files = await pinnedFiles(folder, config);
  return { config, files, policy: await loadPolicy(files.policy, files.root, verifySignature, sha256) };
}

interface PinnedFiles {
  readonly root: Uint8Array;
  readonly policy: Uint8Array;
}

async function pinnedFiles(folder: string, { vendor }: CenterConfig): Promise<PinnedFiles> {
  const [root, policy] = await Promise.all([
    readFile(resolve(folder, vendor.root)),
    readFile(resolve(folder, vendor.policy)),
  ]);
  return { root, policy };
}

export async function readCenterFolder(folder: string): Promise<CenterFolder> {
  const { config, policy, files } = await readCenterPolicy(folder);
  const { vendor, supervisors = [], git = [] } = config;
  return {
    config,
    listen: config.listen,
    options: {
      folder: resolve(folder),
      origin: config.origin,
      root: files.root,
      policyFile: files.policy,
      policy,
      log: vendor.log,
      repository: vendor.repository,
      supervisors,
      sourceStore: resolve(folder, vendor.source),
      git: Object.fromEntries(git.map((one) => [one.product, resolve(folder, one.folder)])),
      settings: {
        name: config.name,
        trustedProxies: config['trusted-proxies'],
        keepReadsDays: config['keep-reads-days'],
        sessions: { idleMinutes: config.sessions?.['idle-minutes'], hours: config.sessions?.hours },
        oidc: await oidcOf(folder, config),
      },
    },
  };
}

type Settings = NonNullable<CenterOptions['settings']>;

async function oidcOf(folder: string, { oidc }: CenterConfig): Promise<Settings['oidc']> {
  if (oidc === undefined) return undefined;
  const secret = oidc['client-secret'];
  return {
    name: oidc.name,
    issuer: oidc.issuer,
    clientId: oidc['client-id'],
    clientSecret:
      secret === undefined ? undefined : fromUtf8(await readFile(resolve(folder, secret), 4_096)).trim(),
    scopes: oidc.scopes ?? [],
    groupsClaim: oidc['groups-claim'] ?? 'groups',
    groups: oidc.groups ?? {},
  };
}
