// What the tour shows and keeps: steps with what each proves, attacks with the code of their refusal.

import { isVitrineError } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { styled, type Terminal } from '../terminal.ts';

export interface StepRecord {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

export interface AttackRecord {
  readonly name: string;
  readonly refused: boolean;
  /** The code of the refusal, or of what happened instead. */
  readonly code: string;
}

/** A verdict as the command printed it. */
export interface Judged {
  readonly exit: number;
  readonly code: string;
  readonly detail: string;
}

/** Of the longest name of a step. */
const width = 19;

export class Stage {
  readonly steps: StepRecord[] = [];
  readonly attacks: AttackRecord[] = [];
  readonly #terminal: Terminal;
  readonly #started = performance.now();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get totalMs(): number {
    return Math.round(performance.now() - this.#started);
  }

  get passed(): boolean {
    return this.steps.every(({ ok }) => ok) && this.attacks.every(({ refused }) => refused);
  }

  heading(text: string): void {
    this.#terminal.line();
    this.#terminal.line(styled('bold', text));
  }

  /** Runs one step; `work` answers its value and one line of what was shown. */
  async step<T>(name: string, proves: string, work: () => Promise<readonly [T, string]>): Promise<T> {
    const started = performance.now();
    try {
      const [value, detail] = await work();
      this.record(name, proves, performance.now() - started, detail);
      return value;
    } catch (error) {
      const ms = Math.round(performance.now() - started);
      this.steps.push({ name, ok: false, ms });
      this.#terminal.line(
        `${styled('red', '✗')} ${name.padEnd(width)} ${seconds(ms)}  ${error instanceof Error ? error.message : String(error)}`,
      );
      if (isVitrineError(error)) throw error;
      throw fail('tour.step', `the step "${name}" failed`, { cause: error });
    }
  }

  /** A step that was timed elsewhere. */
  record(name: string, proves: string, ms: number, detail: string): void {
    this.steps.push({ name, ok: true, ms: Math.round(ms) });
    this.#terminal.line(`${styled('green', '✓')} ${name.padEnd(width)} ${seconds(ms)}  ${detail}`);
    this.#terminal.line(`  ${''.padEnd(width)} ${''.padStart(7)}  ${styled('dim', proves)}`);
  }

  /**
   * An attack must be refused (exit 3), or nothing done for want of evidence (exit 5), with exactly this
   * code: for its own reason, not for another's.
   */
  async attack(name: string, expected: string, work: () => Promise<Judged>): Promise<void> {
    const { exit, code, detail } = await work();
    const refused = (exit === 3 || exit === 5) && code === expected;
    this.attacks.push({ name, refused, code });
    const mark = refused ? styled('green', 'refused ') : styled('red', 'NOT REFUSED AS EXPECTED');
    this.#terminal.line(
      `${mark} ${name.padEnd(50)} ${code}${refused ? '' : ` (expected ${expected}, exit ${exit})`}`,
    );
    this.#terminal.line(`         ${styled('dim', detail)}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`.padStart(7);
}
