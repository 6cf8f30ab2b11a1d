// Node's runner ends with 0 also when every test was skipped, and counts a file without a test as a test
// that passed. This second reporter, beside the one that a person reads, counts what really ran.
import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

export interface Tally {
  readonly ran: number;
  /** The reason of each skipped test; empty where none was given. */
  readonly skipped: readonly string[];
  /** Files that hold no test. */
  readonly empty: readonly string[];
}

/** Writes one line of JSON at the end. Node wants a reporter as the default export. */
export default async function* tally(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ran = 0;
  const skipped: string[] = [];
  const empty: string[] = [];
  const filesWithTests = new Set<string>();
  // A test that holds others ran only if one of them did.
  const parents = new Set<string>();
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file = '', nesting, parentId, testId, details, skip, todo } = event.data;
    if (nesting === 0 && resolve(name) === file) {
      if (!filesWithTests.has(file)) empty.push(name);
      continue;
    }
    filesWithTests.add(file);
    if (nesting > 0) parents.add(`${file} ${String(parentId)}`);
    if (details.type === 'suite' || todo !== undefined || parents.has(`${file} ${String(testId)}`)) continue;
    if (skip === undefined) ran++;
    else skipped.push(typeof skip === 'string' ? skip : '');
  }
  yield `${JSON.stringify({ ran, skipped, empty } satisfies Tally)}\n`;
}
