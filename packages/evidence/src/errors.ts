// Every error that leaves a Vitrine package carries a stable code from a table like these.
// docs/errors.md is generated from the tables; a code that stands in two of them fails the check.

/** How a command ends when this error reaches it (CLI: "help exit-codes"). */
export type Exit = 1 | 2 | 3 | 4 | 5;

export interface ErrorEntry {
  readonly exit: Exit;
  /** One sentence: what is wrong. */
  readonly meaning: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>;

export interface ErrorDetail {
  /** Where: a byte offset, a line, a JSON pointer, a path. Never a secret. */
  readonly at?: string | number | undefined;
  readonly cause?: unknown;
}

/** A typed refusal. `message` says what was wrong here; `code` says which rule, for ever. */
export class VitrineError extends Error {
  readonly code: string;
  readonly exit: Exit;
  readonly remedy: string;
  readonly at: string | number | undefined;

  constructor(code: string, entry: ErrorEntry, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'VitrineError';
    this.code = code;
    this.exit = entry.exit;
    this.remedy = entry.remedy;
    this.at = detail.at;
  }
}

export type Raise<Code extends string> = (code: Code, message: string, detail?: ErrorDetail) => VitrineError;

/** Binds a table: `throw raise('note.signature-line', 'line 2 has no space', { at: 2 })`. */
export function raiser<Table extends ErrorTable>(table: Table): Raise<keyof Table & string> {
  return (code, message, detail) => {
    const entry = table[code];
    if (entry === undefined) throw new TypeError(`unregistered error code ${code}`);
    return new VitrineError(code, entry, message, detail);
  };
}

export function isVitrineError(error: unknown, code?: string): error is VitrineError {
  return error instanceof VitrineError && (code === undefined || error.code === code);
}
