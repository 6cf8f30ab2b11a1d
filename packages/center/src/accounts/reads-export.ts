// A reader's own record of reads, whole, as JSON or as CSV: sent while it is read, however long it is.

import type { RecordedRead, ReadRecord } from '../access/record.ts';
import type { ReadLine } from '../contract/account.ts';

export function readLine({ what, tree, path, product, count, first, last }: RecordedRead): ReadLine {
  const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);
  return { what, tree, path, product, count, first: seconds(first), last: seconds(last) };
}

export function readsAsJson(reads: ReadRecord, account: string): ReadableStream<Uint8Array> {
  let separator = '[\n';
  return streamOf(reads, account, {
    head: '',
    line: (read) => {
      const text = `${separator}${JSON.stringify(readLine(read))}`;
      separator = ',\n';
      return text;
    },
    tail: () => (separator === '[\n' ? '[]\n' : '\n]\n'),
  });
}

const columns = ['product', 'what', 'tree', 'path', 'count', 'first', 'last'] as const;

export function readsAsCsv(reads: ReadRecord, account: string): ReadableStream<Uint8Array> {
  return streamOf(reads, account, {
    head: `${columns.join(',')}\r\n`,
    line: (read) => {
      const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
      const row = { ...read, first: time(read.first), last: time(read.last) };
      return `${columns.map((column) => csvCell(String(row[column]))).join(',')}\r\n`;
    },
    tail: () => '',
  });
}

/**
 * RFC 4180, quoted throughout. Spreadsheets take what begins with one of these signs for a formula, and the
 * name of a file may begin with anything.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

interface Form {
  readonly head: string;
  readonly line: (read: RecordedRead) => string;
  readonly tail: () => string;
}

const pageSize = 1_000;

function streamOf(reads: ReadRecord, account: string, form: Form): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last: RecordedRead | undefined;
  return new ReadableStream({
    start(controller) {
      if (form.head !== '') controller.enqueue(encoder.encode(form.head));
    },
    pull(controller) {
      const page = reads.of(account, pageSize, last);
      last = page.at(-1);
      const text = page.map(form.line).join('');
      const ended = page.length < pageSize;
      const all = ended ? text + form.tail() : text;
      if (all !== '') controller.enqueue(encoder.encode(all));
      if (ended) controller.close();
    },
  });
}
