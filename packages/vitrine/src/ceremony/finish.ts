// The end of a ceremony: the files, ready to be published, and a line in the transcript. A first root and
// a first policy are published at once, because the log cannot run without them; every later one waits
// for its entry in the log (D4, D5).

import { join } from 'node:path';
import {
  formatEnvelope,
  formatTime,
  loadRoot,
  rootVersion,
  signStatement,
  type Envelope,
  type Root,
  type Signer,
} from '@vitrine/evidence';
import { makeDurableDirectory, sha256, sha256Hex, verifySignature, writeDurable } from '@vitrine/host';
import { openRepository } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import { readIfPresent } from '../files.ts';
import { readPolicy } from '../log-access.ts';
import type { VendorFolder } from '../vendor/folder.ts';
import { configureLog } from '../vendor/log-config.ts';
import { assemble, assembledOf, type Assembled } from './assemble.ts';
import { transcriptOf, type PlanFile } from './folder.ts';
import { readyFile, readyResidencyFile } from './ready.ts';
import type { Tally } from './tally.ts';
import { appendTranscript, readTranscript } from './transcript.ts';

export interface Finished {
  readonly documents: readonly { readonly name: string; readonly version: number; readonly sha256: string }[];
  /** The head of the transcript: what those who were there write down. */
  readonly transcript: string;
}

/** Run again after a crash, it ends in the same files. `signer`: a root key, for the `root` statement. */
export async function finishCeremony(
  vendor: VendorFolder,
  { plan, digest }: PlanFile,
  tally: Tally,
  signer: Signer | undefined,
  now: number,
): Promise<Finished> {
  const inForce = await readIfPresent(join(vendor.public, 'root.json'));
  const files = await assemble(tally, inForce);
  await makeDurableDirectory(join(vendor.drafts, 'ready'));
  const root = assembledOf(files, 'root');
  if (root !== undefined) {
    const statement = await stateRoot(root, inForce, signer);
    await writeDurable(readyFile(vendor, 'root-statement'), formatEnvelope(statement));
  }
  for (const { name, version, bytes } of files.values())
    await writeDurable(
      name === 'residency' ? readyResidencyFile(vendor, version) : readyFile(vendor, name),
      bytes,
    );
  await publishFirst(vendor, files, inForce === undefined);
  const documents = tally.documents.map(({ document: { name, version, sha256: message }, signed }) => ({
    name,
    version,
    sha256: sha256Hex(files.get(message)?.bytes ?? new Uint8Array()),
    signers: signed.map(({ holder }) => holder.keyid),
  }));
  const transcript = await noteFinished(vendor, {
    at: formatTime(now),
    ceremony: plan.ceremony,
    event: 'finished',
    plan: digest,
    documents,
  });
  return {
    documents: documents.map(({ name, version, sha256: of }) => ({ name, version, sha256: of })),
    transcript,
  };
}

/** D4: each root version is a statement in the log, about the file as it is served. */
async function stateRoot(
  bytes: Uint8Array,
  before: Uint8Array | undefined,
  signer: Signer | undefined,
): Promise<Envelope> {
  const root = await loadRoot(bytes, verifySignature, sha256);
  const inForce = before === undefined ? root : await loadRoot(before, verifySignature, sha256);
  if (signer === undefined || !holds(inForce, signer))
    throw fail(
      'ceremony.statement-key',
      `the entry about root ${root.version} must be signed by a key of root ${inForce.version}: give --key`,
    );
  return signStatement(
    rootVersion,
    [{ name: 'root', digest: { sha256: root.sha256 } }],
    { version: root.version, ...(before === undefined ? {} : { previous: sha256Hex(before) }) },
    signer,
  );
}

function holds({ keys }: Root, { keyid }: Signer): boolean {
  return keys.some((key) => key.keyid === keyid);
}

async function publishFirst(vendor: VendorFolder, files: Assembled, isFirst: boolean): Promise<void> {
  const [root, policy] = [assembledOf(files, 'root'), assembledOf(files, 'policy')];
  if (root !== undefined && isFirst) {
    await openRepository(vendor.public).writeRoot(root);
    await writeDurable(join(vendor.public, 'root.json'), root);
  }
  const policyFile = join(vendor.public, 'policy.json');
  if (policy === undefined || (await readIfPresent(policyFile)) !== undefined) return;
  await writeDurable(policyFile, policy);
  await configureLog(vendor, await readPolicy(policyFile, join(vendor.public, 'root.json')));
}

/** Once for each plan: a repeated finish adds no second line. */
async function noteFinished(
  vendor: VendorFolder,
  line: Parameters<typeof appendTranscript>[1],
): Promise<string> {
  const path = transcriptOf(vendor);
  const { lines, head } = await readTranscript(path);
  const noted = lines.some(({ event, plan }) => event === 'finished' && plan === line.plan);
  return noted ? head : appendTranscript(path, line);
}
