// What its owner asks of the own ledger: is it whole, what became of each record, and a file of it for others to
// check. Keys of data centers and witnesses change; what was taken under older ones is checked under them, so
// every set of keys that was ever published here is kept.

import {
  canonicalJson,
  formatTime,
  isVitrineError,
  parseCanonicalJson,
  type Json,
  type TrustPolicy,
} from '@vitrine/evidence';
import { readBounded, writeDurable } from '@vitrine/host';
import {
  formatOwnLedger,
  ownLedgerKeys,
  ownLedgerKeysSchema,
  ownLedgerLimits,
  verifyOwnLedger,
  type OwnEntry,
  type OwnLedgerCheck,
  type OwnLedgerKeys,
  type Residency,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Agent } from '../session.ts';
import { readOwnLedger } from './ledger.ts';
import { sharingPaths, type SharingPaths } from './place.ts';
import { readSharingState } from './state.ts';

const keysLimit = 4 << 20;

async function readKeys({ keys: path }: SharingPaths): Promise<readonly OwnLedgerKeys[]> {
  try {
    const bytes = await readBounded(path, keysLimit);
    return ownLedgerKeysSchema.check(parseCanonicalJson(bytes, { bytes: keysLimit, depth: 6 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    if (cause.code === 'file.missing') return [];
    throw fail('endpoint.sharing-state', `couldn't use ${path}: ${cause.message}`, { at: path, cause });
  }
}

/** Keeps the sets of keys that are new, in front of the older ones. Durable when it resolves. */
export async function rememberKeys(
  paths: SharingPaths,
  policy: TrustPolicy,
  residencies: readonly Residency[],
): Promise<void> {
  const before = await readKeys(paths);
  const known = new Set(before.map(textOf));
  const fresh = new Map(
    residencies
      .flatMap(({ policy: { centers } }) => centers.map((center) => ownLedgerKeys(policy, center)))
      .map((keys) => [textOf(keys), keys] as const)
      .filter(([text]) => !known.has(text)),
  );
  if (fresh.size === 0) return;
  const all = [...fresh.values(), ...before].slice(0, mostKeys);
  await writeDurable(paths.keys, canonicalJson(all as unknown as Json), { mode: 0o600 });
}

const mostKeys = 256;

function textOf(keys: OwnLedgerKeys): string {
  return Buffer.from(canonicalJson(keys as unknown as Json)).toString();
}

export async function checkEntries(
  { agent: { platform }, paths }: { readonly agent: Pick<Agent, 'platform'>; readonly paths: SharingPaths },
  entries: readonly OwnEntry[],
  now: number,
): Promise<OwnLedgerCheck> {
  const ledgers = await readKeys(paths);
  const { verifySignature: verify, sha256 } = platform;
  return verifyOwnLedger({ ledgers, first: 0, entries }, { now, verify, sha256 });
}

/** With all that the state says it has. */
export async function readWhole(paths: SharingPaths): Promise<readonly OwnEntry[]> {
  const { ledger } = await readSharingState(paths.state);
  return readOwnLedger(paths.ledger, ledger);
}

/** Without a lease: readers take what they see. */
export async function checkOwnLedger(
  agent: Agent,
  now: number,
): Promise<{ readonly entries: readonly OwnEntry[]; readonly check: OwnLedgerCheck }> {
  const paths = sharingPaths(agent.folder);
  const entries = await readWhole(paths);
  return { entries, check: await checkEntries({ agent, paths }, entries, now) };
}

/** The file that others check (docs/spec/own-ledger.md), from the entry `from` on. */
export async function exportOwnLedger(
  agent: Agent,
  now: number,
  from: number,
): Promise<{ readonly bytes: Uint8Array; readonly entries: number; readonly rest: number }> {
  const paths = sharingPaths(agent.folder);
  const all = await readWhole(paths);
  if (from > 0 && from >= all.length)
    throw fail('endpoint.no-entry', `the own ledger ends before entry ${from}: it has ${all.length}`);
  const ledgers = await readKeys(paths);
  const entries: OwnEntry[] = [];
  let bytes = keysLimit;
  for (const entry of all.slice(from, from + ownLedgerLimits.entries)) {
    bytes += canonicalJson(entry as unknown as Json).length + 1;
    if (bytes > ownLedgerLimits.bytes) break;
    entries.push(entry);
  }
  const file = formatOwnLedger({
    format: 'urn:vitrine:own-ledger:v1',
    at: formatTime(now),
    ledgers,
    first: from,
    entries,
  });
  return { bytes: file, entries: entries.length, rest: all.length - from - entries.length };
}
