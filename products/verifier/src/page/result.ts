// The verdict on the page: banner, one line per check, what it says and what it does not say.

import {
  describeCheck,
  describeOutcome,
  describeVerdict,
  exitOf,
  formatTime,
  type CheckReport,
  type Outcome,
} from '@vitrine/evidence';
import { answerOf, type Artifact } from '../answer.ts';
import { copyButton } from './copy.ts';
import { byId, element, formatSize } from './dom.ts';

export interface Judged {
  readonly name: string;
  readonly artifact: Artifact;
  readonly outcome: Outcome;
  readonly now: number | undefined;
}

/** Good to install, refused, or open: the exit code of the command line as a look. */
const looks = { 0: ['good', '✓'], 3: ['bad', '✗'], 5: ['open', '?'] } as const;

export function showJudged(judged: Judged): void {
  const { name, artifact, outcome } = judged;
  const [look, mark] = looks[exitOf(outcome)];
  const { headline, claims, limits } = describeVerdict(outcome);
  byId('banner', HTMLElement).replaceChildren(
    element(
      'div',
      { class: `banner ${look}` },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
      element(
        'div',
        {},
        element('p', { class: 'headline', id: 'headline' }, headline),
        element('p', {}, element('bdi', {}, name), `, ${formatSize(artifact.size)}`),
        element('p', { class: 'digest' }, `sha256 ${artifact.sha256}`),
        element('p', {}, judgedAt(judged)),
      ),
    ),
  );
  byId('answer', HTMLElement).replaceChildren(
    element('h3', {}, 'Checks'),
    element(
      'ol',
      { class: 'checks', id: 'checks' },
      ...outcome.checks.map((check) => line(describeCheck(check), check.outcome)),
    ),
    element('h3', {}, 'What this says'),
    sentences(claims),
    ...(limits.length === 0 ? [] : [element('h3', {}, 'What it does not say'), sentences(limits)]),
    element(
      'div',
      { class: 'actions' },
      copyButton('Copy as text', () => textOf(judged)),
      copyButton('Copy as JSON', () => JSON.stringify(answerOf(outcome, artifact), null, 2)),
      printButton(),
    ),
  );
}

export function showNothing(why: string): void {
  byId('banner', HTMLElement).replaceChildren(element('p', { class: 'empty' }, why));
  byId('answer', HTMLElement).replaceChildren();
}

function line(
  { name, symbol, word, found, expected, code, remedy }: CheckReport,
  outcome: string,
): HTMLElement {
  const more: HTMLElement[] = [];
  for (const [term, text] of Object.entries({ expected, code, remedy })) {
    if (text !== undefined) more.push(element('dt', {}, term), element('dd', { class: term }, text));
  }
  return element(
    'li',
    { class: outcome },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, symbol),
    element('span', { class: 'name' }, name),
    element('span', { class: 'word' }, word),
    element('div', { class: 'found' }, found, ...(more.length === 0 ? [] : [element('dl', {}, ...more)])),
  );
}

function sentences(list: readonly string[]): HTMLElement {
  return element('ul', { class: 'sentences' }, ...list.map((sentence) => element('li', {}, sentence)));
}

function judgedAt({ now }: Judged): string {
  return now === undefined
    ? 'Judged without a clock.'
    : `Judged by the clock of this browser: ${formatTime(now)}.`;
}

function textOf(judged: Judged): string {
  const { name, artifact, outcome } = judged;
  return [
    `${name}: sha256 ${artifact.sha256}, ${artifact.size} bytes. ${judgedAt(judged)}`,
    ...describeOutcome(outcome),
    '',
  ].join('\n');
}

function printButton(): HTMLElement {
  const button = element('button', { type: 'button' }, 'Print');
  button.addEventListener('click', () => {
    print();
  });
  return button;
}
