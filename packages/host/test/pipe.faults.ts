// Named pipes, which Node cannot make: opening one waits for its other end, unless it is done with care.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { listen, readBounded, serveStatic } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const skip = process.platform === 'win32' && 'no pipes';

function makePipe(t: TestContext): { readonly folder: string; readonly pipe: string } {
  const folder = temporaryDirectory(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  return { folder, pipe };
}

test('a bounded read does not wait for the writer of a named pipe', { skip }, async (t) => {
  await assert.rejects(readBounded(makePipe(t).pipe, 10), { code: 'file.io' });
});

test('a named pipe is not served, and holds up nobody', { skip }, async (t) => {
  const listener = await listen(serveStatic(makePipe(t).folder), { port: 0 });
  t.after(() => listener.close());
  const response = await fetch(`${listener.url}/pipe`);
  assert.deepEqual([response.status, await response.text()], [404, 'not found\n']);
});
