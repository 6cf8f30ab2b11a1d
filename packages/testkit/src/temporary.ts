import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test context, or a whole file: `{ after }` of node:test. */
export interface Ending {
  after(work: () => void): void;
}

/** A fresh folder, its real path, removed when the test (or the file) has ended. */
export function temporaryDirectory(t: Ending): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'vitrine-test-')));
  t.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}
