// What the agent says to a person about sharing. What came from outside is escaped.

import { fromBase64, fromUtf8 } from '@vitrine/evidence';
import {
  observationKinds,
  type CheckedRecord,
  type OwnEntry,
  type OwnFinding,
  type OwnLedgerCheck,
  type RecordStanding,
} from '@vitrine/reports';
import { comparedWords } from '../sharing/export-page.ts';
import type { Exported } from '../sharing/export.ts';
import type { Reported } from '../sharing/report.ts';
import type { Done } from '../sharing/rights.ts';
import type { Sent } from '../sharing/send.ts';
import { printable } from './report.ts';

export function describeReported({
  queued,
  samples,
  known,
  withoutYes,
  skipped,
}: Reported): readonly string[] {
  const lines = [`${queued} observations wait to be sent`];
  if (samples > 0) lines.push(`${samples} samples wait to be sent`);
  if (known > 0) lines.push(`${known} files were reported before`);
  for (const [why, count] of Object.entries(skipped)) lines.push(`${count} skipped: ${why}`);
  if (withoutYes.length > 0) {
    lines.push(`${withoutYes.length} files stay here: each needs a yes of its own`);
    for (const path of withoutYes.slice(0, 10)) lines.push(`  report --sample --yes ${shellWord(path)}`);
    if (withoutYes.length > 10) lines.push(`  and ${withoutYes.length - 10} more`);
  }
  return lines;
}

/** The name of a file is whoever's who made it: a line that is pasted into a shell must run nothing of it. */
function shellWord(path: string): string {
  const word = printable(path);
  return /^[\w/.,:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function describeSent(sent: Sent): readonly string[] {
  const { reports, records, proven, unproven, overdue, queued } = sent;
  const lines = [`${records} records in ${reports} reports promised, ${proven} records proven`];
  for (const { report, center, status, code } of sent.refused)
    lines.push(`REFUSED by ${center}: report ${report}, status ${status}, ${code}; it is not sent again`);
  for (const { center, status, code } of sent.consentsRefused)
    lines.push(`REFUSED by ${center}: a consent, status ${status}, ${code}`);
  for (const report of overdue) lines.push(`OVERDUE: report ${report} has no proof by its deadline`);
  if (unproven > overdue.length)
    lines.push(`${unproven - overdue.length} reports wait for their proof; run "send" again`);
  if (queued > 0) lines.push(`${queued} wait still`);
  for (const { code, message } of sent.waiting) lines.push(printable(message), `  ${code}`);
  return lines;
}

export function describeLedger(entries: readonly OwnEntry[], check: OwnLedgerCheck): readonly string[] {
  if (entries.length === 0) return ['nothing was ever shared'];
  const byReport = Map.groupBy(check.records, ({ report }) => report);
  const lines = entries.flatMap((entry) => {
    const line = lineOf(entry, byReport);
    return line === undefined ? [] : [`${String(entry.seq).padStart(6)}  ${entry.at}  ${line}`];
  });
  return [...lines, ...findingLines(check.findings)];
}

/** Promises and proofs show in the standing of their report. */
function lineOf(
  entry: OwnEntry,
  byReport: ReadonlyMap<string, readonly CheckedRecord[]>,
): string | undefined {
  switch (entry.type) {
    case 'consent': {
      const what = entry.act === 'given' ? `consent to ${entry.profile}` : 'consent withdrawn';
      return `${what}, for ${entry.country}, to ${entry.center}`;
    }
    case 'report': {
      const records = byReport.get(entry.report) ?? [];
      return `${countedKinds(records)} to ${entry.center}: ${countedStandings(records)}  (${entry.report})`;
    }
    case 'refused':
      return entry.status === 421 ? undefined : `NOT TAKEN: ${entry.code} (${entry.report})`;
    case 'in-doubt':
      return `not sent again, and whether it was stored is not known: an export shows it (${entry.report})`;
    case 'settled':
      return `of a report in doubt the export has ${entry.found.length} records (${entry.report})`;
    case 'confirmation':
      return 'request confirmed by the data center';
    case 'request':
      return 'request made to a data center';
    case 'export':
      return `export by ${entry.center}: ${entry.records} records${entry.missing.length > 0 ? `, ${entry.missing.length} MISSING` : ''}`;
    case 'reading':
      return `READ under a grant: record ${entry.record} at ${entry.center}`;
    case 'resent':
    case 'countersigned':
    case 'promise':
    case 'proof':
    case 'late':
      return undefined;
  }
}

function countedKinds(records: readonly CheckedRecord[]): string {
  return counted(records.map(({ shared }) => shared.kind));
}

const loudStandings: readonly RecordStanding[] = ['overdue', 'refused', 'in-doubt'];

function countedStandings(records: readonly CheckedRecord[]): string {
  const loud = (standing: RecordStanding): string =>
    loudStandings.includes(standing) ? standing.toUpperCase() : standing;
  return counted(records.map(({ standing }) => loud(standing)));
}

function counted(words: readonly string[]): string {
  return [...Map.groupBy(words, (word) => word)].map(([word, of]) => `${of.length} ${word}`).join(', ');
}

function findingLines(findings: readonly OwnFinding[]): readonly string[] {
  return findings.flatMap(({ code, seq, report, message }) => [
    `FINDING at entry ${seq}${report === undefined ? '' : `, report ${report}`}: ${printable(message)}`,
    `  ${code}`,
  ]);
}

export function describeVerified(check: OwnLedgerCheck): readonly string[] {
  const { entries, records, readings, head, findings } = check;
  return [
    `${entries} entries, one chain, ends with ${head}`,
    records.length === 0 ? 'no record was ever shared' : `records: ${countedStandings(records)}`,
    `readings by others under a grant: ${readings.length}`,
    ...readings.map(
      ({ center, record, at, grant }) => `  record ${record} at ${center}, ${at}, grant ${grant}`,
    ),
    findings.length === 0 ? 'every promise and proof verifies' : `findings: ${findings.length}`,
    ...findingLines(findings),
  ];
}

export function describeEntry(entry: OwnEntry): readonly string[] {
  const head = `entry ${entry.seq}, ${entry.at}: ${entry.type}`;
  if (entry.type !== 'report') {
    const { seq: _, at: __, type: ___, previous: ____, ...rest } = entry;
    return [head, ...Object.entries(rest).map(([name, value]) => `  ${name}: ${printable(textOf(value))}`)];
  }
  const records = entry.records.flatMap(({ kind, facts, personal }, i) => [
    `  ${i}: ${observationKinds[kind].plain}`,
    ...Object.entries({ ...facts, ...personal }).map(
      ([name, value]) => `     ${name}: ${printable(textOf(value))}`,
    ),
  ]);
  return [`${head} ${entry.report} to ${entry.center}`, ...records];
}

/** Of what is signed, the text that was signed: its base64 tells a person nothing. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const isSigned =
    typeof value === 'object' && value !== null && 'payload' in value && typeof value.payload === 'string';
  return isSigned ? `signed: ${fromUtf8(fromBase64(value.payload as string))}` : JSON.stringify(value);
}

export function describeExported(exported: readonly Exported[], folder: string): readonly string[] {
  return [
    ...exported.flatMap(({ center, generation, records, readings, missing, ledger }) => [
      `${center}, subject ${generation}: ${records} records, read ${readings} times`,
      ...(missing.length > 0
        ? [`  MISSING: ${missing.length} records were promised and are not there`]
        : ['  nothing that was promised is missing']),
      `  ${printable(comparedWords(ledger))}`,
    ]),
    `open ${folder}/index.html`,
  ];
}

export function describeDone(verb: string, done: readonly Done[]): readonly string[] {
  return done.map(
    ({ center, generation, records, finalAt }) =>
      `${verb}: ${records} records of subject ${generation} at ${center}, confirmed and signed${finalAt === undefined ? '' : `; in no backup after ${finalAt}`}`,
  );
}
