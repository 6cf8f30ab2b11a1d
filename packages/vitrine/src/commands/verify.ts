// vitrine verify: the offline verdict on a file. Reads only what it is given; with --log, the tiles
// that compare checkpoints.

import type { Command } from 'commander';
import {
  describeOutcome,
  exitOf,
  formatState,
  headKeysAt,
  headOf,
  isVitrineError,
  loadPolicy,
  parseEvidence,
  parsePublicationFile,
  parseState,
  parseTime,
  verifyFiles,
  type ConsistencyProof,
  type Outcome,
  type Platform,
  type State,
} from '@vitrine/evidence';
import { hashFile, sha256, systemClock, verifySignatureHere, writeDurable } from '@vitrine/host/files';
import { command, many, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { readFile, readIfPresent } from '../files.ts';

interface Options {
  readonly evidence: string;
  readonly policy: string;
  readonly root: string;
  readonly publication?: string;
  readonly state?: string;
  readonly log?: string;
  readonly consistency?: readonly string[];
  readonly require?: readonly string[];
  readonly clock: boolean;
  readonly product?: string;
  readonly channel?: string;
  readonly platform?: string;
  readonly minSequence?: number;
  readonly now?: string;
  readonly offline?: boolean;
}

const platform: Platform = { sha256, verifySignature: verifySignatureHere };

export function verifyCommand(): Command {
  return command<Options>({
    usage: 'verify <file>',
    summary: 'the offline verdict on an artifact: one line per check',
    options: [
      required('--evidence <file>', 'the evidence about the artifact'),
      required('--policy <file>', 'the signed trust policy'),
      required('--root <file>', 'the pinned root of trust'),
      option('--publication <file>', 'the publication: without it, freshness and withdrawals are unknown'),
      option('--state <file>', 'what was accepted before; written after an accepted verdict'),
      option('--log <url or folder>', 'the log, to compare checkpoints from its tiles'),
      many('--consistency <file>', 'a proof that one checkpoint extends another (an add-checkpoint body)'),
      many('--require <what>', 'leave the verdict undecided without it: publication or consistency'),
      option('--product <name>', 'refuse any other product'),
      option('--channel <name>', 'refuse any other channel'),
      option('--platform <name>', 'refuse any other platform'),
      whole('--min-sequence <n>', 'refuse older releases', 1),
      option('--now <time>', 'judge as of this time (RFC 3339, UTC) instead of the clock'),
      option('--no-clock', 'judge without a clock: freshness stays unknown'),
      option('--offline', "use the policy's longer limit for offline import"),
    ],
    example: 'vitrine verify verifier.mjs --evidence evidence.json --policy policy.json --root root.json',
    run: async ({ args: [path = ''], options, terminal }) => {
      const artifact = await hashFile(path);
      const { evidence, publication, policy, root, state } = await readInputs(options);
      const demand = demandsOf(options);
      const consistency = [
        ...(await Promise.all((options.consistency ?? []).map(readProof))),
        ...(options.log === undefined
          ? []
          : await readConsistency(options.log, { evidence, publication, policy, root, state })),
      ];
      const outcome = await verifyFiles(
        {
          artifact,
          evidence,
          publication,
          policy,
          root,
          state,
          consistency,
          expected: options,
          demand,
          now: nowOf(options),
          offline: options.offline ?? false,
        },
        platform,
      );
      // Remembered only with an accepted verdict (D7).
      if (options.state !== undefined && outcome.state !== undefined) {
        await writeDurable(options.state, formatState(outcome.state), { overwrite: true });
      }
      if (terminal.json) terminal.document(documentOf(outcome, artifact));
      for (const line of describeOutcome(outcome)) terminal.line(line);
      return exitOf(outcome);
    },
  });
}

interface Inputs {
  readonly evidence: Uint8Array | undefined;
  readonly publication: Uint8Array | undefined;
  readonly policy: Uint8Array;
  readonly root: Uint8Array;
  readonly state: State | undefined;
}

async function readInputs(options: Options): Promise<Inputs> {
  const [evidence, publication, policy, root, stored] = await Promise.all([
    readIfPresent(options.evidence),
    options.publication === undefined ? undefined : readFile(options.publication),
    readFile(options.policy),
    readFile(options.root),
    options.state === undefined ? undefined : readIfPresent(options.state),
  ]);
  return {
    evidence,
    publication,
    policy,
    root,
    state: stored === undefined ? undefined : parseState(stored),
  };
}

const demands = ['publication', 'consistency'] as const;

/** A log that is named is asked: without its proof the verdict is undecided. */
function demandsOf({ require: asked = [], log }: Options): (typeof demands)[number][] {
  const other = asked.find((what) => !demands.some((known) => known === what));
  if (other !== undefined)
    throw fail('cli.usage', `--require takes publication or consistency, not "${other}"`);
  return demands.filter((what) => asked.includes(what) || (what === 'consistency' && log !== undefined));
}

async function readProof(path: string): Promise<ConsistencyProof> {
  const { parseAddCheckpoint } = await import('@vitrine/log/witness');
  const { old, proof, signed } = parseAddCheckpoint(await readFile(path));
  return { from: old, to: signed.checkpoint.size, path: proof };
}

function nowOf({ now, clock }: Options): number | undefined {
  if (!clock) return undefined;
  return now === undefined ? Math.floor(systemClock.now() / 1000) : parseNow(now);
}

function parseNow(text: string): number {
  const seconds = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) ? parseTime(text) : Number.NaN;
  if (!Number.isSafeInteger(seconds)) throw fail('cli.usage', '--now takes a time like 2026-11-24T09:00:00Z');
  return seconds;
}

/** Proofs between all heads in sight, ascending, from the log's own tiles. */
async function readConsistency(
  log: string,
  { evidence, publication, policy: document, root, state }: Inputs,
): Promise<ConsistencyProof[]> {
  const { openLog } = await import('@vitrine/log');
  const policy = await loadPolicy(document, root, verifySignatureHere, sha256);
  const sizes = new Set<number>();
  if (state?.head !== undefined) sizes.add(state.head.size);
  try {
    if (evidence !== undefined) sizes.add(headOf(parseEvidence(evidence).checkpoint).checkpoint.size);
    if (publication !== undefined)
      sizes.add(headOf(parsePublicationFile(publication).checkpoint).checkpoint.size);
  } catch (error) {
    if (isVitrineError(error)) return []; // The verdict names what is wrong with the file.
    throw error;
  }
  const reader = await openLog(log, {
    origin: policy.document.log.origin,
    logKeys: headKeysAt(policy, {
      origin: policy.document.log.origin,
      index: Number.MAX_SAFE_INTEGER,
    }).log.map(({ key }) => key),
  });
  const ascending = [...sizes].sort((a, b) => a - b);
  const proofs: ConsistencyProof[] = [];
  for (let i = 1; i < ascending.length; i++) {
    const [from, to] = [ascending[i - 1] as number, ascending[i] as number];
    proofs.push({ from, to, path: await reader.consistency(from, to) });
  }
  return proofs;
}

function documentOf(outcome: Outcome, artifact: { readonly sha256: string; readonly size: number }): object {
  const { verdict, freshness, code, checks } = outcome;
  return { verdict, freshness, ...(code === undefined ? {} : { code }), artifact, checks };
}
