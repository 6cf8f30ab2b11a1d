// One file of the reader's own, judged in this browser: which of the three it is, and whether it holds. Nothing
// in here speaks to anybody.

import {
  fromHex,
  equal,
  isVitrineError,
  keyidOf,
  parseJson,
  parseSignedCheckpoint,
  parseVkey,
  payloadOf,
  sha256,
  toHex,
  utf8,
  type Checkpoint,
  type DataCenter,
  type Json,
} from '@vitrine/evidence';
import {
  ledgerRulesOf,
  ownLedgerLimits,
  parseConsent,
  parseOwnLedger,
  parseReceipt,
  readConsent,
  readLedgerHead,
  requireSameRoot,
  verifyOwnLedger,
  verifyReceipt,
  type Consent,
  type OwnLedger,
  type OwnLedgerCheck,
  type VerifiedReceipt,
} from '@vitrine/reports';
import { wrong } from '../log/tiles.ts';
import type { Against } from './against.ts';

export type Judged =
  | {
      readonly kind: 'ledger';
      readonly at: string;
      readonly check: OwnLedgerCheck;
      /** Checkpoints in it whose root the log holds, too. */
      readonly logged: number;
    }
  | {
      readonly kind: 'receipt';
      readonly center: DataCenter;
      readonly receipt: VerifiedReceipt;
      /** The entry of the log with the same root for the same size. */
      readonly logged: number | undefined;
    }
  | { readonly kind: 'consent'; readonly center: DataCenter; readonly consent: Consent };

/** A receipt or a consent; only an own ledger is longer. */
const documentBytes = 1 << 20;

/** `now` in seconds: what is overdue is a question of the time here. Throws what does not hold. */
export async function judge(file: Blob, against: Against, now: number): Promise<Judged> {
  if (file.size > ownLedgerLimits.bytes)
    throw wrong('file.too-large', `${file.size} bytes; at most ${ownLedgerLimits.bytes}`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  switch (kindOf(bytes)) {
    case 'ledger':
      return judgeLedger(parseOwnLedger(bytes), against, now);
    case 'receipt':
      return judgeReceipt(bytes, against);
    case 'consent':
      return judgeConsent(bytes, against);
  }
}

function kindOf(bytes: Uint8Array): Judged['kind'] {
  if (bytes.length > documentBytes) return 'ledger';
  const value = objectIn(bytes);
  if ('format' in value || 'entries' in value) return 'ledger';
  if ('promise' in value) return 'receipt';
  if ('payloadType' in value) return 'consent';
  throw wrong(
    'file.unknown',
    'neither an exported ledger, nor a receipt of a record, nor a receipt of a consent',
  );
}

function objectIn(bytes: Uint8Array): Readonly<Record<string, Json>> {
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('file.unknown', 'a document of another form');
  return value as Readonly<Record<string, Json>>;
}

async function judgeLedger(
  file: OwnLedger,
  { policy, sharing, heads }: Against,
  now: number,
): Promise<Judged> {
  const published = { policy, residencies: sharing.residencies };
  const check = await verifyOwnLedger(file, { now, published });
  const compared = compareHeads(file, heads);
  const findings = [...check.findings, ...compared.findings];
  return { kind: 'ledger', at: file.at, check: { ...check, findings }, logged: compared.logged };
}

/** Each checkpoint in it against the heads in the log: two roots of one size cannot both be true. */
function compareHeads(
  { entries }: OwnLedger,
  heads: Against['heads'],
): { readonly logged: number; readonly findings: OwnLedgerCheck['findings'] } {
  const findings: OwnLedgerCheck['findings'][number][] = [];
  const seen = new Set<string>();
  let logged = 0;
  for (const entry of entries) {
    if (entry.type !== 'proof' || seen.has(entry.checkpoint)) continue;
    seen.add(entry.checkpoint);
    const checkpoint = checkpointIn(entry.checkpoint);
    if (checkpoint === undefined) continue; // A finding already.
    const { origin, size, root } = checkpoint;
    for (const head of heads.filter((one) => one.ledger === origin && one.size === size)) {
      if (equal(fromHex(head.root), root)) logged++;
      else {
        const message = `entry ${head.index} of the log holds the root ${head.root} for size ${size}, this file ${toHex(root)}`;
        findings.push({ code: 'custody.checkpoint', seq: entry.seq, report: entry.report, message });
      }
    }
  }
  return { logged, findings };
}

function checkpointIn(note: string): Checkpoint | undefined {
  try {
    return parseSignedCheckpoint(utf8(note)).checkpoint;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

async function judgeReceipt(bytes: Uint8Array, { policy, sharing, heads }: Against): Promise<Judged> {
  const file = parseReceipt(bytes);
  // Only to know whose keys to ask for; the signature is by these keys or the receipt is refused.
  const { ledger } = objectIn(payloadOf(file.promise));
  const center = centersOf(sharing).find((one) => parseVkey(one.ledger).name === ledger);
  if (center === undefined)
    throw wrong('custody.receipt', 'no version of the residency policy lists the ledger that promised it');
  const rules = ledgerRulesOf(policy, center);
  const receipt = await verifyReceipt(file, rules);
  const head = await readLedgerHead(file.checkpoint, rules);
  const same = heads.filter((one) => one.ledger === ledger && one.size === head.checkpoint.size);
  for (const one of same) requireSameRoot(one, head);
  return { kind: 'receipt', center, receipt, logged: same[0]?.index };
}

async function judgeConsent(bytes: Uint8Array, { sharing }: Against): Promise<Judged> {
  const envelope = parseConsent(bytes);
  const controller = objectIn(payloadOf(envelope))['controller'] as Readonly<Record<string, Json>>;
  const listed = centersOf(sharing).filter(({ id }) => id === controller['center']);
  const signers = new Set(envelope.signatures.map(({ keyid }) => keyid));
  // A data center's keys change: the version whose key signed, else the newest, which refuses.
  const center =
    listed.find((one) => signers.has(keyidOf(parseVkey(one.ledger).spki, sha256))) ?? listed.at(0);
  if (center === undefined)
    throw wrong('consent.signature', 'no version of the residency policy lists this data center');
  return { kind: 'consent', center, consent: await readConsent(envelope, parseVkey(center.ledger).spki) };
}

/** Of every version, the newest first. */
function centersOf({ residencies }: Against['sharing']): readonly DataCenter[] {
  return residencies.toReversed().flatMap(({ policy }) => policy.centers);
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export function refusalOf(error: unknown): Refusal {
  if (isVitrineError(error)) return { code: error.code, message: error.message };
  return { code: 'check.stopped', message: String(error) };
}
