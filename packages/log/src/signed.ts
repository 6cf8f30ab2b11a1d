// A log that does not run, read up to the newest checkpoint that it has signed, whether witnesses saw that one or
// not. Whoever makes its rows again must begin there: the log goes on from nowhere else.

import { openLogFolder } from './folder.ts';
import { Heads } from './heads.ts';
import { readLog, type LogReader } from './reader/reader.ts';
import type { HeadRules } from './reader/head.ts';
import { openSource } from './reader/source.ts';

/** Undefined where nothing was ever signed; `lease.held` where the log runs. */
export async function openSigned(dir: string, rules: HeadRules): Promise<LogReader | undefined> {
  const note = signedNote(dir);
  if (note === undefined) return undefined;
  const source = openSource(dir);
  return readLog(
    {
      ...source,
      read: (path, most, signal) =>
        path === 'checkpoint' ? Promise.resolve(note) : source.read(path, most, signal),
    },
    rules,
  );
}

function signedNote(dir: string): Uint8Array | undefined {
  using folder = openLogFolder(dir);
  return new Heads(folder.database).read('committed')?.note;
}
