// Publishing what a ceremony has signed: a new root (D4), a new trust policy (D5), new top-level targets.
//
// Each step may be done again, and clients may refresh between any two:
//   statements about root and policy in the log, witnessed  ->  root/<sha256>.json, policy/<digest>.json
//   ->  top-level targets, which both roots accept  ->  a publication that names the new root, which those
//   who still have the old one accept  ->  the root itself, from which on clients move over

import { join } from 'node:path';
import {
  loadPolicy,
  loadRoot,
  parseDocument,
  parseRoot,
  type Envelope,
  type Root,
  type TrustPolicy,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  readBounded,
  sha256,
  sha256Hex,
  verifySignature,
  writeDurable,
} from '@vitrine/host';
import { parseTargets, requireThreshold, type Metadata, type Targets } from '@vitrine/tuf';
import { fail } from '../codes.ts';
import { provePublication } from '../evidence.ts';
import { announce, type Announced } from './announce.ts';
import { noteKeysOf, withLease, type Publisher } from './publisher.ts';

export interface TrustUpdate {
  /** The file, and the statement about it by a key of the root in force. */
  readonly root?: { readonly file: Uint8Array; readonly statement: Envelope } | undefined;
  readonly policy?: Uint8Array | undefined;
  readonly targets?: Uint8Array | undefined;
}

export interface TrustPublished {
  readonly publication: Announced;
  readonly root: Root;
  readonly policy: TrustPolicy;
}

const mostBytes = 1 << 20;

/** `publisher.policy` is the one in force before: the entries are judged under it (D5). */
export function publishTrust(publisher: Publisher, update: TrustUpdate): Promise<TrustPublished> {
  return withLease(publisher, 'release', async () => {
    const judged = await judge(publisher, update);
    const covers = Math.max(await proveRoot(publisher, update), await provePolicy(publisher, update, judged));
    await writeTargets(publisher, update, judged);
    const { version, sha256: digest } = judged.root;
    const publication = await announce(publisher, { covers, root: { version, sha256: digest } });
    if (update.root !== undefined) await publisher.repository.writeRoot(update.root.file);
    await writeCurrent(publisher, update);
    return { publication, root: judged.root, policy: judged.policy };
  });
}

interface Judged {
  readonly root: Root;
  readonly policy: TrustPolicy;
  readonly policyFile: Uint8Array;
}

/** What will stand side by side must fit together, before anything of it is shown. */
async function judge({ folder, repository }: Publisher, update: TrustUpdate): Promise<Judged> {
  const rootFile = update.root?.file ?? (await readBounded(join(folder, 'root.json'), mostBytes));
  const policyFile = update.policy ?? (await readBounded(join(folder, 'policy.json'), mostBytes));
  const root = await loadRoot(rootFile, verifySignature, sha256);
  const policy = await loadPolicy(policyFile, rootFile, verifySignature, sha256);
  const targets =
    update.targets === undefined
      ? await repository.newest('targets')
      : parseTargets(update.targets, { sha256 });
  if (targets === undefined)
    throw fail('release.targets', 'there are no top-level targets yet: nothing is delegated to anybody');
  await requireSignedUnder(targets, root);
  const named = targets.signed.targets.get('policy.json')?.sha256;
  if (named !== sha256Hex(policyFile))
    throw fail(
      'release.trust',
      `the targets name the policy ${String(named)}, and the one to publish is ${sha256Hex(policyFile)}`,
    );
  return { root, policy, policyFile };
}

async function requireSignedUnder(targets: Metadata<Targets>, { roles, version }: Root): Promise<void> {
  if (roles.targets === undefined)
    throw fail('release.trust', `root ${version} names no keys for the top-level targets`);
  await requireThreshold('targets', targets, roles.targets, verifySignature);
}

/** D4: the statement about a root version, before anybody can have that version. Answers its index. */
async function proveRoot(publisher: Publisher, { root }: TrustUpdate): Promise<number> {
  if (root === undefined) return 0;
  const { sha256: digest } = parseRoot(root.file, sha256).root;
  const index = await logAndProve(publisher, [root.statement], 'root', digest);
  publisher.onStep?.('root logged', `entry ${index}`);
  return index;
}

/** D5, D9: one entry for each signature; the statement is the same, so that they count together. */
async function provePolicy(publisher: Publisher, update: TrustUpdate, { policy }: Judged): Promise<number> {
  if (update.policy === undefined) return 0;
  const { signatures, ...statement } = parseDocument(update.policy);
  const envelopes = signatures.map((one) => ({ ...statement, signatures: [one] }));
  const index = await logAndProve(publisher, envelopes, 'policy', policy.digest);
  publisher.onStep?.('policy logged', `entry ${index}`);
  return index;
}

async function logAndProve(
  { appender, log, policy, folder }: Publisher,
  envelopes: readonly Envelope[],
  kind: 'root' | 'policy',
  name: string,
): Promise<number> {
  const indices: number[] = [];
  for (const envelope of envelopes) indices.push((await appender.append(envelope)).index);
  await log.refresh();
  await makeDurableDirectory(join(folder, kind));
  const proof = await provePublication(log, indices[0] as number, noteKeysOf(policy));
  await writeDurable(join(folder, kind, `${name}.json`), proof);
  return Math.max(...indices);
}

async function writeTargets(
  { repository, onStep }: Publisher,
  { targets }: TrustUpdate,
  { policyFile }: Judged,
): Promise<void> {
  if (targets === undefined) return;
  await repository.stageTarget('policy.json', policyFile);
  const { version } = await repository.writeRole('targets', targets);
  onStep?.('targets', `version ${version}`);
}

/** Beside the repository, for people and for `vitrine verify`. */
async function writeCurrent({ folder }: Publisher, { root, policy }: TrustUpdate): Promise<void> {
  if (root !== undefined) await writeDurable(join(folder, 'root.json'), root.file);
  if (policy !== undefined) await writeDurable(join(folder, 'policy.json'), policy);
}
