// A built verifier and the shared table of cases as files: what command line and page are both asked.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  formatCheckpoint,
  formatNote,
  formatTime,
  noteSigner,
  noteTypes,
  parseState,
  sha256,
  signCheckpoint,
  toBase64,
  toHex,
  utf8,
  verifyFiles,
  fromUtf8,
  type ConsistencyProof,
  type Outcome,
} from '@vitrine/evidence';
import {
  repositoryRoot,
  temporaryDirectory,
  testSigner,
  type Ending,
  type VerdictCase,
} from '@vitrine/testkit';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs this Node. */
export async function runNode(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((settle, reject) => {
      child.on('error', reject);
      child.on('close', settle);
    }),
  ]);
  return { code, stdout, stderr };
}

/** Builds both outputs from this tree into a folder of their own. */
export async function buildVerifier(t: Ending): Promise<{ readonly script: string; readonly page: string }> {
  const out = temporaryDirectory(t);
  const build = join(repositoryRoot, 'products/verifier/build.mjs');
  const { code, stderr } = await runNode([build], { env: { ...process.env, OUT: out } });
  if (code !== 0) throw new Error(`the build ended with ${String(code)}: ${stderr}`);
  return { script: join(out, 'verifier.mjs'), page: join(out, 'verifier.html') };
}

/** Paths of a case's files, by the row of the page and the option of the command line that they belong to. */
export interface CaseFiles {
  readonly artifact: string;
  readonly policy: string;
  readonly root: string;
  readonly evidence?: string;
  readonly publication?: string;
  readonly state?: string;
  readonly consistency: readonly string[];
}

/** Writes a case's files into a new folder. */
export async function writeCase(one: VerdictCase, folder: string): Promise<CaseFiles> {
  mkdirSync(folder);
  const write = (name: string, bytes: Uint8Array): string => {
    // As long as the names that a repository gives: sixty-four hex digits and an ending.
    const path = join(folder, `${name}-${'0123456789abcdef'.repeat(4)}.json`);
    writeFileSync(path, bytes);
    return path;
  };
  const proofs = await Promise.all((one.consistency ?? []).map(consistencyFile));
  return {
    artifact: write('artifact', one.artifact),
    policy: write('policy', one.policy),
    root: write('root', one.root),
    ...(one.evidence === undefined ? {} : { evidence: write('evidence', one.evidence) }),
    ...(one.publication === undefined ? {} : { publication: write('publication', one.publication) }),
    ...(one.state === undefined ? {} : { state: write('state', one.state) }),
    consistency: proofs.map((bytes, i) => write(`consistency-${i}`, bytes)),
  };
}

/** The body of add-checkpoint that a witness would have been sent with this proof. */
export async function consistencyFile({ from, to, path }: ConsistencyProof): Promise<Uint8Array> {
  const origin = 'log.example/proofs';
  const head = formatCheckpoint({ origin, size: to, root: new Uint8Array(32), extensions: [] });
  const signer = noteSigner(origin, noteTypes.log, testSigner('proofs', 'ed25519'));
  const note = formatNote({ text: head, signatures: [await signCheckpoint(head, signer, 0)] });
  return utf8(`old ${from}\n${path.map((hash) => `${toBase64(hash)}\n`).join('')}\n${fromUtf8(note)}`);
}

/** The command line that asks what the case asks. */
export function argumentsOf(
  { expected = {}, demand = [], now, offline }: VerdictCase,
  files: CaseFiles,
): string[] {
  const { artifact, consistency, ...named } = files;
  const options: [string, string | undefined][] = [
    ...Object.entries({ evidence: join(artifact, '..', 'absent'), ...named }),
    ...consistency.map((path): [string, string] => ['consistency', path]),
    ['product', expected.product],
    ['channel', expected.channel],
    ['platform', expected.platform],
    ['min-sequence', expected.minSequence?.toString()],
    ...demand.map((what): [string, string] => ['require', what]),
    ['now', now === undefined ? undefined : formatTime(now)],
  ];
  return [
    artifact,
    ...options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(now === undefined ? ['--no-clock'] : []),
    ...(offline === true ? ['--offline'] : []),
  ];
}

/** What the library answers: by WebCrypto and its own SHA-256, not by what the products use. */
export async function libraryAnswer(one: VerdictCase): Promise<Outcome> {
  const { artifact, evidence, publication, policy, root, state, now, expected = {}, consistency = [] } = one;
  return verifyFiles({
    artifact: { sha256: toHex(sha256(artifact)), size: artifact.length },
    expected,
    evidence,
    publication,
    policy,
    root,
    state: state === undefined ? undefined : parseState(state),
    consistency,
    demand: one.demand ?? [],
    now,
    offline: one.offline ?? false,
  });
}
