import { isVitrineError, quote } from '@vitrine/evidence';

export interface Problem {
  /** A file of the folder, or a table of log.db. */
  readonly at: string;
  readonly message: string;
}

const most = 100;

/** Findings are collected, so that one damaged file does not hide the next. */
export class Problems {
  readonly list: Problem[] = [];

  add(at: string, message: string): void {
    if (this.list.length < most) this.list.push({ at, message });
  }

  /** Runs a check whose refusal is a finding; undefined then. Anything but a typed refusal goes through. */
  async attempt<T>(at: string, check: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      this.add(at, `${error.message} (${quote(error.code)})`);
      return undefined;
    }
  }
}
