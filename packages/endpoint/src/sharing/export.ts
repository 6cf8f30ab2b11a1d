// The export of a subject, into a folder that is read without the data center and without this program: every
// record opened with the subject's own key, compared with its ledger entry, and all of them with what the own
// ledger says was promised. What is missing is named.

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  canonicalJson,
  concat,
  isVitrineError,
  parseTime,
  statementIdOf,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { fileFault, makeDurableDirectory, syncDirectory, writeDurable } from '@vitrine/host';
import {
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
  type OwnEntry,
  type OwnRecord,
  type RecordStanding,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { CustodyTiles } from './custody-tiles.ts';
import { ExportBounds } from './export-bounds.ts';
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
  /** The comparison of each record with the public custody ledger, as its witnesses saw it. */
  readonly ledger: Compared;
  /** Files that were written. */
  readonly folder: string;
}

/** `not`: it could not be done, and why. */
export type Compared =
  | { readonly done: true; readonly size: number; readonly later: number; readonly false: readonly number[] }
  | { readonly done: false; readonly code: string; readonly message: string };

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
  const parts: Part[] = [];
  // All of it is here before the folder is made: an export is written whole.
  for (const subject of subjects) {
    const of = await fetchAll(session, known, subject);
    const missing = await missingOf(session, subject, of.records);
    const { length: records } = of.records;
    const { length: readings } = of.readings;
    const name = `${subject.center}-${subject.generation}`;
    const ledger = await compare(session, known, subject, of.records);
    parts.push({ asked: { ...subject, records, readings, missing, ledger, folder: join(folder, name) }, of });
  }
  await writeWhole(folder, parts, session.now);
  for (const { asked, of } of parts) await remember(session, asked, of);
  return parts.map(({ asked }) => asked);
}

interface Part {
  readonly asked: Exported;
  readonly of: Everything;
}

/** Beside the folder, then by its name: what has the name is whole. Of a killed run a leftover is removed. */
async function writeWhole(folder: string, parts: readonly Part[], now: number): Promise<void> {
  const path = resolve(folder);
  const beside = join(dirname(path), `.${basename(path)}.vitrine-export`);
  try {
    await rm(beside, { recursive: true, force: true });
    for (const { asked, of } of parts) await writePart(join(beside, basename(asked.folder)), of);
    const shown = parts.map(({ asked, of: { records, readings } }) => ({ ...asked, records, readings }));
    await writeDurable(join(beside, 'index.html'), utf8(exportHtml(shown, now)), { mode: 0o600 });
    await rename(beside, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    // A full disk: what is there of it is nobody's, and holds what was shared in plain.
    await rm(beside, { recursive: true, force: true }).catch(() => {});
    throw fileFault('write', path, error);
  }
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
  const bounds = new ExportBounds(await readOwnLedger(session.paths.ledger), { center: id, generation });
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
    const bytes = await openAnswer(sealed, subject.opening, request);
    const page = parseExport(bytes);
    bounds.take(page, bytes.length);
    if (page.request !== request || page.center !== id || page.page !== number)
      throw fail('endpoint.answer', `the data center ${id} answers with another page than was asked for`);
    const [more, reads] = [await readExport(page, subject, undefined, sha256), readReadings(page, sha256)];
    const goesOn = (more[0]?.index ?? after + 1) > after && (reads[0]?.index ?? read + 1) > read;
    const isEmpty = more.length === 0 && reads.length === 0;
    if (!goesOn || (isEmpty && !page.last))
      throw fail('endpoint.answer', `page ${number} of the export by ${id} does not go on from the last one`);
    records.push(...more);
    readings.push(...reads);
    pages.push(page);
    if (page.last) return { request, records, readings, pages };
  }
}

/** Whether each record is where it says it is in the ledger that everybody sees; those behind its end come later. */
async function compare(
  session: SharingSession,
  known: Known,
  { center }: AskedSubject,
  records: readonly OwnRecord[],
): Promise<Compared> {
  try {
    const tiles = await CustodyTiles.open(session, centerNamed(known, center));
    const { size } = tiles.head.checkpoint;
    const covered = records.filter(({ index }) => index < size);
    const wrong: number[] = [];
    for (const { index, leaf } of covered) if ((await tiles.leaf(index)) !== leaf) wrong.push(index);
    return { done: true, size, later: records.length - covered.length, false: wrong };
  } catch (error) {
    // The owner gets the export in any case, and is told what was not looked at.
    if (!isVitrineError(error) || error.code === 'signature.platform') throw error;
    const { code, message } = error;
    return { done: false, code, message };
  }
}

/** What the own ledger knows as promised to this subject, less what a confirmation or its retention took. */
async function missingOf(
  session: SharingSession,
  subject: AskedSubject,
  exported: readonly OwnRecord[],
): Promise<readonly string[]> {
  const entries = await readOwnLedger(session.paths.ledger);
  const ofSubject = reportsOf(entries, subject);
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

function reportsOf(entries: readonly OwnEntry[], { center, generation }: AskedSubject): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) =>
      entry.type === 'report' && entry.center === center && entry.generation === generation
        ? [entry.report]
        : [],
    ),
  );
}

/**
 * Of each report of this subject that is in doubt, which records are there: found by what they commit to. One that
 * an earlier export had nothing of may have been on its way still.
 */
async function settledBy(
  session: SharingSession,
  entries: readonly OwnEntry[],
  subject: AskedSubject,
  { request, records }: Pick<Everything, 'request' | 'records'>,
): Promise<readonly OwnBody[]> {
  const ofSubject = reportsOf(entries, subject);
  const { records: known } = await checkEntries(session, entries, session.now);
  const places = new Map(records.map(({ commitment, index }) => [commitment, index]));
  return [...Map.groupBy(known, ({ report }) => report)].flatMap(([report, of]): readonly OwnBody[] => {
    const isAll = (wanted: RecordStanding): boolean => of.every(({ standing }) => standing === wanted);
    if (!ofSubject.has(report) || !(isAll('in-doubt') || isAll('absent'))) return [];
    const found = of.flatMap(({ position, shared }) => {
      const index = places.get(shared.commitment);
      return index === undefined ? [] : [{ record: position, index }];
    });
    return found.length === 0 && isAll('absent') ? [] : [{ type: 'settled', report, request, found }];
  });
}

/** The end of the export, what it settles, and readings that were not known yet. */
async function remember(
  session: SharingSession,
  { center, generation, missing }: Exported,
  { request, records, pages }: Everything,
): Promise<void> {
  const entries = await readOwnLedger(session.paths.ledger);
  const settled = await settledBy(session, entries, { center, generation }, { request, records });
  const seen = new Set(
    entries.flatMap((entry) => (entry.type === 'reading' && entry.center === center ? [entry.index] : [])),
  );
  const fresh = pages.flatMap(({ reads }) => reads.filter(({ index }) => !seen.has(index)));
  await session.ledger.append(
    session.now,
    ...fresh.map((read): OwnBody => ({ type: 'reading', center, ...read })),
    ...settled,
    { type: 'export', center, request, records: records.length, missing: missing.slice(0, mostMissing) },
  );
}

/** Of an entry of the own ledger; how many are missing in all is what the command says. */
const mostMissing = 10_000;

async function writePart(folder: string, { records, readings, pages }: Everything): Promise<void> {
  await makeDurableDirectory(join(folder, 'pages'), { mode: 0o700 });
  const options = { mode: 0o600 };
  await writeDurable(join(folder, 'records.json'), jsonLines(records), options);
  await writeDurable(join(folder, 'readings.json'), jsonLines(readings), options);
  for (const page of pages)
    await writeDurable(
      join(folder, 'pages', `${String(page.page).padStart(6, '0')}.json`),
      canonicalJson(page as unknown as Json),
      options,
    );
}

/** A JSON array, one value a line: samples in one text would be longer than a text may be. */
function jsonLines(values: readonly unknown[]): Uint8Array {
  const lines = values.map((value, at) =>
    utf8(`${JSON.stringify(value)}${at + 1 < values.length ? ',' : ''}\n`),
  );
  return concat(utf8('[\n'), ...lines, utf8(']\n'));
}
