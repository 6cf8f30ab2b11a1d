// The only file that writes to the terminal. Meaning is always in words; colour only repeats it.

import { styleText } from 'node:util';
import { isVitrineError } from '@vitrine/evidence';

export interface Terminal {
  /** One JSON document on stdout instead of lines. */
  readonly json: boolean;
  readonly quiet: boolean;
  line(text?: string): void;
  document(value: unknown): void;
  /** A remark on stderr: progress, hints. Silent with --quiet. */
  note(text: string): void;
}

export function openTerminal(options: { readonly json?: boolean; readonly quiet?: boolean }): Terminal {
  const { json = false, quiet = false } = options;
  return {
    json,
    quiet,
    line: (text = '') => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    document: (value) => {
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
  };
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Obeys NO_COLOR and FORCE_COLOR, and that stdout may not be a terminal. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Left-aligned columns, two spaces apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
  );
}

/** Columns of a terminal that nobody made wider. */
const terminalWidth = 80;

/**
 * One line as several that fit, broken at spaces; those after the first are indented. A word that is longer than a line
 * (a digest, an address) is never broken, so that it can be copied.
 */
export function wrapped(text: string, indent = '  ', width: number = terminalWidth): readonly string[] {
  const lead = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(lead.length).split(/(?<=\S) (?=\S)/)) {
    const before = lines.length === 0 ? lead : lead + indent;
    if (line === '') line = before + word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = lead + indent + word;
    }
  }
  return [...lines, line];
}

/** Prints the end of a failed command and answers its exit code. */
export function reportError(error: unknown, json: boolean): number {
  if (!isVitrineError(error)) {
    // A fault of ours: the trace is what its author needs.
    process.stderr.write(
      `vitrine: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  }
  const { code, message, at, remedy, exit } = error;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ error: { code, message, ...(at === undefined ? {} : { at }), remedy } }, null, 2)}\n`,
    );
    return exit;
  }
  // Said once: many messages quote their cause already.
  const cause =
    isVitrineError(error.cause) && !message.includes(error.cause.message) ? `: ${error.cause.message}` : '';
  process.stderr.write(`vitrine: ${message}${cause}\n`);
  process.stderr.write(
    `  ${styleText('dim', `${code}${at === undefined || at === '' ? '' : ` at ${at}`}`, { stream: process.stderr })}\n`,
  );
  process.stderr.write(`  hint: ${remedy}\n`);
  return exit;
}
