// What the owner of an endpoint reads before saying yes, made from the fields themselves. As text for a
// terminal, as HTML for a page, as Markdown for the documentation: the same sentences.

import { sha256 as pureSha256, toHex, utf8, type Sha256 } from '@vitrine/evidence';
import { observationKinds, type AnyKind, type ObservationKindName } from '../observation/kinds.ts';
import { purposes, retentionClasses, type Field, type Purpose } from './field.ts';
import { lookUpFields, profiles, type ProfileName } from './profile.ts';

/** Where the data would be kept, as the residency policy in force says it. */
export interface Place {
  /** Name of the data center. */
  readonly name: string;
  readonly operator: string;
  readonly country: string;
  /** Further countries to which it may move without a new question. */
  readonly also?: readonly string[];
}

export interface ScreenField {
  readonly name: string;
  readonly plain: string;
  readonly purpose: string;
  readonly personal: boolean;
  readonly optional: boolean;
}

export interface ScreenSection {
  readonly kind: ObservationKindName | 'look-up';
  readonly plain: string;
  readonly kept: string;
  readonly fields: readonly ScreenField[];
}

export interface Screen {
  readonly profile: ProfileName;
  readonly summary: string;
  readonly sections: readonly ScreenSection[];
  readonly notes: readonly string[];
}

/** Everything that a profile shares, and what holds for all of it. */
export function screenOf(profile: ProfileName, place: Place): Screen {
  const { plain, lookUps, kinds } = profiles[profile];
  const sections: ScreenSection[] = [];
  if (lookUps) {
    sections.push({
      kind: 'look-up',
      plain: 'a question about a file that is not in the database',
      kept: 'not stored, not signed, without any number that names this computer',
      fields: fieldsOf(lookUpFields, false),
    });
  }
  for (const kind of kinds) sections.push(sectionOf(kind, observationKinds[kind]));
  return { profile, summary: plain, sections, notes: kinds.length === 0 ? [] : notesFor(profile, place) };
}

function sectionOf(kind: ObservationKindName, { plain, retention, facts, personal }: AnyKind): ScreenSection {
  return {
    kind,
    plain,
    kept: retentionClasses[retention].plain,
    fields: [...fieldsOf(facts, false), ...fieldsOf(personal, true)],
  };
}

function fieldsOf(of: Readonly<Record<string, Field<unknown>>>, personal: boolean): readonly ScreenField[] {
  return Object.entries(of).map(([name, { plain, purpose, optional }]) => ({
    name,
    plain,
    purpose: purposes[purpose],
    personal,
    optional,
  }));
}

function notesFor(profile: ProfileName, { name, operator, country, also = [] }: Place): readonly string[] {
  const further = also.filter((code) => code !== country);
  const named = further.length === 0 ? '' : `to another center there or in ${further.join(', ')} `;
  return [
    `It is sent to ${name} (${country}), run by ${operator}, which sees a report while it takes it in.`,
    `${named === '' ? 'A move out of that country' : `It may move ${named}without asking you; a move to any other country`} stops all sharing until you agree.`,
    'Once stored, it opens only with a half of the key that independent supervisors hold; each reading is recorded, and you see it.',
    'This computer is known there by a number made for that data center alone.',
    'You get a receipt for every record, and can have all of it exported, restricted or erased at any time.',
    ...(profile === 'samples'
      ? ['Documents, archives and files of unknown kind are never sent without your yes for that very file.']
      : []),
    'Digests and domains of dangerous things are published in the database, without where they were seen.',
    'You can withdraw this at any time; nothing is shared from that moment on. No server can switch it on again.',
  ];
}

/** For a terminal, `width` columns. */
export function screenText({ profile, summary, sections, notes }: Screen, width = 80): string {
  const lines: string[] = [`Profile: ${profile}`, ...wrap(summary, width, '')];
  for (const { plain, kept, fields } of sections) {
    lines.push('', ...wrap(`${capital(plain)} (${kept}):`, width, ''));
    for (const one of fields) lines.push(...wrap(fieldText(one), width - 4, '    ', '  - '));
  }
  if (notes.length > 0) lines.push('');
  for (const note of notes) lines.push(...wrap(note, width, ''));
  return `${lines.join('\n')}\n`;
}

function fieldText({ plain, purpose, personal, optional }: ScreenField): string {
  const marks = [...(personal ? ['personal'] : []), ...(optional ? ['where known'] : [])];
  return `${plain}, ${purpose}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
}

/** For a page: a fragment, every text escaped. */
export function screenHtml({ profile, summary, sections, notes }: Screen): string {
  const parts = sections.map(({ plain, kept, fields }) => {
    const items = fields.map((one) => `<li>${escape(fieldText(one))}</li>`).join('');
    return `<section><h3>${escape(capital(plain))}</h3><p>${escape(capital(kept))}.</p><ul>${items}</ul></section>`;
  });
  const list = notes.map((note) => `<li>${escape(note)}</li>`).join('');
  return `<article data-profile="${escape(profile)}"><p>${escape(summary)}</p>${parts.join('')}${list === '' ? '' : `<ul>${list}</ul>`}</article>`;
}

/** For docs/spec: one table for each kind. */
export function schemaMarkdown(): string {
  const tables = Object.entries<AnyKind>(observationKinds).map(([kind, of]) => {
    const { plain, kept, fields } = sectionOf(kind as ObservationKindName, of);
    const rows = fields.map(
      ({ name, plain: text, personal, optional }) =>
        `| \`${name}\` | ${text} | ${purposeOf(of, name)} | ${personal ? 'yes' : 'no'} | ${optional ? 'no' : 'yes'} |`,
    );
    return [
      `## ${kind}`,
      '',
      `${capital(plain)}; ${kept}.`,
      '',
      '| field | what | purpose | personal | required |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return tables.join('\n\n');
}

function purposeOf({ facts, personal }: AnyKind, name: string): Purpose | '' {
  return (facts[name] ?? personal[name])?.purpose ?? '';
}

/** What a consent receipt keeps of the text that was shown: its digest. */
export function textDigest(text: string, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(utf8(text)));
}

function wrap(text: string, width: number, indent: string, first: string = indent): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, i) => (i === 0 ? first : indent) + one);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
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
