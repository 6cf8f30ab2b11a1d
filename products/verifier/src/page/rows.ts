// One row per file: what it is for, what was chosen, and a way to choose or remove it by hand.

import { byId, element, formatSize } from './dom.ts';
import type { Shown } from './inputs.ts';
import { slotNames, slots, type SlotName } from './slots.ts';

interface Row {
  readonly status: HTMLElement;
  readonly input: HTMLInputElement;
  readonly remove: HTMLButtonElement;
}

export interface Rows {
  show(slot: SlotName, chosen: readonly Shown[]): void;
  progress(slot: SlotName, name: string, read: number, size: number): void;
}

/** Builds the rows; `choose` and `remove` are told what the reader does with them. */
export function buildRows(
  choose: (slot: SlotName, files: readonly File[]) => void,
  remove: (slot: SlotName) => void,
): Rows {
  const rows = new Map<SlotName, Row>();
  for (const slot of slotNames) {
    const row = buildRow(slot);
    rows.set(slot, row);
    row.input.addEventListener('change', () => {
      const files = [...(row.input.files ?? [])];
      // So that the same file can be chosen again after it was changed.
      row.input.value = '';
      choose(slot, files);
    });
    row.remove.addEventListener('click', () => {
      row.input.focus();
      remove(slot);
    });
  }
  return {
    show: (slot, chosen) => {
      const row = rows.get(slot);
      if (row !== undefined) showChosen(row, slot, chosen);
    },
    progress: (slot, name, read, size) => {
      rows.get(slot)?.status.replaceChildren(
        element('bdi', {}, name),
        element('progress', {
          value: String(read),
          max: String(size),
          'aria-label': `Reading the ${slot}`,
        }),
        element('span', { class: 'hint' }, `${formatSize(read)} of ${formatSize(size)}`),
      );
    },
  };
}

function buildRow(slot: SlotName): Row {
  const { title, optional } = slots[slot];
  const status = element('div', { class: 'status' });
  const input = element('input', { class: 'quiet', type: 'file', id: `choose-${slot}` });
  input.multiple = slot === 'consistency';
  const remove = element('button', { type: 'button' }, 'Remove', quiet(` the ${slot}`));
  const item = element(
    'li',
    { id: `slot-${slot}` },
    element('div', {}, element('strong', {}, title), ...(optional ? [hint(' optional')] : [])),
    status,
    element(
      'div',
      { class: 'actions' },
      remove,
      element('label', { class: 'button' }, 'Choose', quiet(` the ${slot}`), input),
    ),
  );
  byId('slots', HTMLElement).append(item);
  return { status, input, remove };
}

function showChosen({ status, remove }: Row, slot: SlotName, chosen: readonly Shown[]): void {
  remove.hidden = chosen.length === 0;
  if (chosen.length === 0) {
    const { purpose, optional } = slots[slot];
    status.replaceChildren(hint(`${optional ? 'not given' : 'missing'}: ${purpose}`));
    return;
  }
  status.replaceChildren(
    ...chosen.map(({ name, size, sha256 }) =>
      element(
        'div',
        {},
        element('bdi', {}, name),
        hint(` ${formatSize(size)}`),
        ...(sha256 === undefined ? [] : [element('div', { class: 'digest' }, `sha256 ${sha256}`)]),
      ),
    ),
  );
}

function hint(text: string): HTMLElement {
  return element('span', { class: 'hint' }, text);
}

function quiet(text: string): HTMLElement {
  return element('span', { class: 'quiet' }, text);
}
