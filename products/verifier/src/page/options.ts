// The form beside the files: what is expected, whose clock counts, what the verdict may not do without.

import { formatTime, parseDecimal, type Expected } from '@vitrine/evidence';
import { byId } from './dom.ts';

export interface Options {
  readonly expected: Expected;
  readonly demand: readonly ('publication' | 'consistency')[];
  /** Seconds since 1970; undefined with the clock switched off. */
  readonly now: number | undefined;
  readonly offline: boolean;
}

/** Undefined where a field is filled in wrongly; the field then says so. */
export function readOptions(): Options | undefined {
  const sequence = readSequence();
  if (sequence === 'wrong') return undefined;
  const demand = (['publication', 'consistency'] as const).filter((what) => ticked(`demand-${what}`));
  return {
    expected: {
      product: typed('product'),
      channel: typed('channel'),
      platform: typed('platform'),
      minSequence: sequence,
    },
    demand,
    now: ticked('clock') ? clock() : undefined,
    offline: ticked('offline'),
  };
}

/** Shows what the clock of this browser says, every second. */
export function showClock(): void {
  const now = byId('now', HTMLTimeElement);
  const tick = (): void => {
    now.textContent = formatTime(clock());
    now.dateTime = now.textContent;
  };
  tick();
  setInterval(tick, 1000);
}

function clock(): number {
  return Math.floor(Date.now() / 1000);
}

function readSequence(): number | undefined | 'wrong' {
  const field = byId('min-sequence', HTMLInputElement);
  const text = typed('min-sequence');
  const least = text === undefined ? undefined : parseDecimal(text);
  const wrong = text !== undefined && (least === undefined || least < 1);
  field.ariaInvalid = wrong ? 'true' : null;
  return wrong ? 'wrong' : least;
}

function typed(id: string): string | undefined {
  const text = byId(id, HTMLInputElement).value.trim();
  return text === '' ? undefined : text;
}

function ticked(id: string): boolean {
  return byId(id, HTMLInputElement).checked;
}
