// The export of a subject, into a folder that is read without the data center and without this program: every
// record opened with the subject's own key, compared with its ledger entry, and all of them with what the own
// ledger says was promised. What is missing is named.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, parseTime, statementIdOf, utf8, type Json } from '@vitrine/evidence';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import {
  exportLimits,
  missingFromExport,
  openAnswer,
  parseExport,
  readExport,
  readReadings,
  retentionClasses,
  retentionOf,
  signRequest,
  type ExportPage,
  type OwnBody,
  type OwnRecord,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { exportHtml } from './export-page.ts';
import { readOwnLedger } from './ledger.ts';
import { checkEntries } from './own.ts';
import { centerNamed, newestKnown, type Known } from './residency.ts';
import { askCenter, type AskedSubject } from './rights.ts';
import type { SharingSession } from './session.ts';

export interface Exported extends AskedSubject {
  readonly records: number;
  readonly readings: number;
  /** Leaves that were promised to this subject, and are neither there nor known to be gone. */
  readonly missing: readonly string[];
  /** Files that were written. */
  readonly folder: string;
}

export type Reading = ReturnType<typeof readReadings>[number];

interface Everything {
  readonly request: string;
  readonly records: readonly OwnRecord[];
  readonly readings: readonly Reading[];
  /** As they came, opened: in the form of docs/spec/export-page.md. */
  readonly pages: readonly ExportPage[];
}

/** `folder` is made; it must not be there. */
export async function exportSubjects(
  session: SharingSession,
  subjects: readonly AskedSubject[],
  folder: string,
): Promise<readonly Exported[]> {
  if (existsSync(folder)) throw fail('endpoint.export-folder', `${folder} is there already`, { at: folder });
  const known = await newestKnown(session);
  const parts: { readonly asked: Exported; readonly of: Everything }[] = [];
  // All of it is here before the folder is made: an export is written whole.
  for (const subject of subjects) {
    const of = await fetchAll(session, known, subject);
    const missing = await missingOf(session, subject, of.records);
    const { length: records } = of.records;
    const { length: readings } = of.readings;
    const name = `${subject.center}-${subject.generation}`;
    parts.push({ asked: { ...subject, records, readings, missing, folder: join(folder, name) }, of });
  }
  for (const { asked, of } of parts) await writePart(asked.folder, of);
  const page = exportHtml(
    parts.map(({ asked, of: { records, readings } }) => ({ ...asked, records, readings })),
    session.now,
  );
  await writeDurable(join(folder, 'index.html'), utf8(page), { mode: 0o600 });
  for (const { asked, of } of parts) await remember(session, asked, of);
  return parts.map(({ asked }) => asked);
}

/** Page after page: each goes on after the last record and the last reading of the one before. */
async function fetchAll(
  session: SharingSession,
  known: Known,
  { center: id, generation }: AskedSubject,
): Promise<Everything> {
  const { sha256 } = session.agent.platform;
  const center = centerNamed(known, id);
  const subject = await session.subject(id, generation);
  const { envelope, body } = await signRequest('export', id, subject, session.now);
  const request = statementIdOf(envelope, sha256);
  const records: OwnRecord[] = [];
  const readings: Reading[] = [];
  const pages: ExportPage[] = [];
  for (let number = 0; ; number++) {
    const after = records.at(-1)?.index ?? -1;
    const read = readings.at(-1)?.index ?? -1;
    const query = [
      `page=${number}`,
      ...(after < 0 ? [] : [`after=${after}`]),
      ...(read < 0 ? [] : [`read=${read}`]),
    ];
    const path = number === 0 ? 'v1/requests' : `v1/requests?${query.join('&')}`;
    const sealed = await askCenter(session, known, center, path, body);
    const page = parseExport(await openAnswer(sealed, subject.opening, request));
    if (page.request !== request || page.center !== id || page.page !== number)
      throw fail('endpoint.answer', `the data center ${id} answers with another page than was asked for`);
    const [more, reads] = [await readExport(page, subject, undefined, sha256), readReadings(page, sha256)];
    const goesOn = (more[0]?.index ?? after + 1) > after && (reads[0]?.index ?? read + 1) > read;
    const isEmpty = more.length === 0 && reads.length === 0;
    if (!goesOn || (isEmpty && !page.last) || records.length > exportLimits.records * 1_000_000)
      throw fail('endpoint.answer', `page ${number} of the export by ${id} does not go on from the last one`);
    records.push(...more);
    readings.push(...reads);
    pages.push(page);
    if (page.last) return { request, records, readings, pages };
  }
}

/** What the own ledger knows as promised to this subject, less what a confirmation or its retention took. */
async function missingOf(
  session: SharingSession,
  { center, generation }: AskedSubject,
  exported: readonly OwnRecord[],
): Promise<readonly string[]> {
  const entries = await readOwnLedger(session.paths.ledger);
  const ofSubject = new Set(
    entries.flatMap((entry) =>
      entry.type === 'report' && entry.center === center && entry.generation === generation
        ? [entry.report]
        : [],
    ),
  );
  const { records } = await checkEntries(session, entries, session.now);
  const promised = new Set<string>();
  const gone = new Set<string>();
  for (const { report, leaf, standing, deadline, shared } of records) {
    if (leaf === undefined || !ofSubject.has(report)) continue;
    promised.add(leaf);
    const { days } = retentionClasses[retentionOf(shared.kind)];
    // A day more: the data center counts from the day on which it came.
    const isExpired = deadline !== undefined && session.now > parseTime(deadline) + (days + 1) * 86_400;
    if (standing === 'erased' || isExpired) gone.add(leaf);
  }
  return missingFromExport(promised, exported, gone);
}

/** The end of the export, and readings that were not known yet. */
async function remember(
  session: SharingSession,
  { center, missing }: Exported,
  { request, records, pages }: Everything,
): Promise<void> {
  const entries = await readOwnLedger(session.paths.ledger);
  const seen = new Set(
    entries.flatMap((entry) => (entry.type === 'reading' && entry.center === center ? [entry.index] : [])),
  );
  const fresh = pages.flatMap(({ reads }) => reads.filter(({ index }) => !seen.has(index)));
  await session.ledger.append(
    session.now,
    ...fresh.map((read): OwnBody => ({ type: 'reading', center, ...read })),
    { type: 'export', center, request, records: records.length, missing: missing.slice(0, mostMissing) },
  );
}

/** Of an entry of the own ledger; how many are missing in all is what the command says. */
const mostMissing = 10_000;

async function writePart(folder: string, { records, readings, pages }: Everything): Promise<void> {
  await makeDurableDirectory(join(folder, 'pages'), { mode: 0o700 });
  const json = (value: unknown): Uint8Array => utf8(`${JSON.stringify(value, null, 2)}\n`);
  const options = { mode: 0o600 };
  await writeDurable(join(folder, 'records.json'), json(records), options);
  await writeDurable(join(folder, 'readings.json'), json(readings), options);
  for (const page of pages)
    await writeDurable(
      join(folder, 'pages', `${String(page.page).padStart(6, '0')}.json`),
      canonicalJson(page as unknown as Json),
      options,
    );
}
