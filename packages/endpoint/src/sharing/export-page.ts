// The export as one page for its owner to read: without script, without network, every text escaped.

import { formatTime } from '@vitrine/evidence';
import { observationKinds, type OwnRecord } from '@vitrine/reports';
import type { Compared, Reading } from './export.ts';

interface Part {
  readonly center: string;
  readonly generation: number;
  readonly records: readonly OwnRecord[];
  readonly readings: readonly Reading[];
  readonly missing: readonly string[];
  readonly ledger: Compared;
}

export function exportHtml(parts: readonly Part[], now: number): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What was shared</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem; border-bottom: 1px solid #ccc; }
td { overflow-wrap: anywhere; }
.missing { border-left: 0.25rem solid #b00020; padding-left: 0.75rem; }
</style>
<h1>What was shared</h1>
<p>Exported ${formatTime(now)}. Each record was opened with the key of this computer and compared with its ledger entry,
and all of them with what was promised to this computer. The same is in <code>records.json</code> and <code>readings.json</code> of each folder;
<code>pages</code> holds it as it came.</p>
${parts.map(partHtml).join('\n')}
</html>
`;
}

function partHtml({ center, generation, records, readings, missing, ledger }: Part): string {
  return `<h2>Data center ${escape(center)}, subject ${generation}</h2>
${missingHtml(missing)}
${ledgerHtml(ledger)}
<h3>Records: ${records.length}</h3>
<table>
<thead><tr><th scope="col">place</th><th scope="col">day</th><th scope="col">what</th><th scope="col">fields</th></tr></thead>
<tbody>
${records.map(recordHtml).join('\n')}
</tbody>
</table>
<h3>Read by somebody: ${readings.length}</h3>
${readings.length === 0 ? '<p>No record was read under a grant.</p>' : readingsHtml(readings)}`;
}

function missingHtml(missing: readonly string[]): string {
  if (missing.length === 0) return '<p>Nothing that was promised is missing.</p>';
  const leaves = missing.map((leaf) => `<li><code>${escape(leaf)}</code></li>`).join('');
  return `<div class="missing"><p>MISSING: ${missing.length} records were promised, are not here, and nothing says
that they are gone. Show this and the own ledger to a supervisor.</p><ul>${leaves}</ul></div>`;
}

/** In the words of the command as well. */
export function comparedWords(ledger: Compared): string {
  if (!ledger.done)
    return `NOT COMPARED with the public ledger of the data center: ${ledger.message} (${ledger.code})`;
  const { size, later, false: wrong } = ledger;
  if (wrong.length > 0)
    return `FALSE: ${wrong.length} records are not those at their place of the public ledger, the first at ${wrong[0]}`;
  const after = later === 0 ? '' : `; ${later} come after its end and were not compared`;
  return `compared with the public ledger of ${size} entries, as its witnesses saw it${after}`;
}

function ledgerHtml(ledger: Compared): string {
  const isFalse = ledger.done && ledger.false.length > 0;
  return `<p${isFalse ? ' class="missing"' : ''}>${escape(comparedWords(ledger))}</p>`;
}

function recordHtml({ index, entry, observation }: OwnRecord): string {
  const members = { ...observation.facts, ...observation.personal } as Readonly<Record<string, unknown>>;
  const fields = Object.entries(members).map(([name, value]) => {
    const text = String(value);
    const shown = text.length > 300 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
    return `${escape(name)}: ${escape(shown)}`;
  });
  const { plain } = observationKinds[observation.kind];
  return `<tr><td>${index}</td><td>${escape(entry.day)}</td><td>${escape(plain)}</td><td>${fields.join('<br>')}</td></tr>`;
}

function readingsHtml(readings: readonly Reading[]): string {
  const rows = readings.map(
    ({ index, record, entry }) =>
      `<tr><td>${index}</td><td>${record}</td><td>${escape(entry.at)}</td><td><code>${escape(entry.grant)}</code></td></tr>`,
  );
  return `<table>
<thead><tr><th scope="col">place in the access ledger</th><th scope="col">record</th><th scope="col">when</th><th scope="col">grant in the public log</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] as string);
}
