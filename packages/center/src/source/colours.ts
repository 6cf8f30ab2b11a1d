// Colours by (blob, grammar, version of the grammars): made once, kept in memory and in a file that may be
// deleted at any time.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openDatabase } from '@vitrine/host';
import type { Jobs, LineTokens } from './jobs.ts';

export interface Colours {
  /** `lines` is asked only where they are not known yet; no lines, no colours. */
  of(blob: string, grammar: string, lines: () => Promise<readonly string[]>): Promise<LineTokens>;
  close(): void;
}

const migrations: readonly string[] = [
  `CREATE TABLE tokens (
     blob TEXT NOT NULL, grammar TEXT NOT NULL, version TEXT NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY (blob, grammar, version)
   ) STRICT;`,
];
const mostRows = 5_000;

export function openColours(folder: string, jobs: Jobs): Colours {
  const { version } = createRequire(import.meta.url)('shiki/package.json') as { version: string };
  const database: DatabaseSync = openDatabase(join(folder, 'colours.db'), { migrations });
  const find = database.prepare('SELECT body FROM tokens WHERE blob = ? AND grammar = ? AND version = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?)');
  const trim = database.prepare(
    'DELETE FROM tokens WHERE rowid <= (SELECT max(rowid) FROM tokens) - ? OR version <> ?',
  );
  const making = new Map<string, Promise<LineTokens>>();

  async function make(blob: string, grammar: string, lines: readonly string[]): Promise<LineTokens> {
    const tokens = lines.length === 0 ? [] : await jobs.colour({ lines, grammar });
    insert.run(blob, grammar, version, gzipSync(JSON.stringify(tokens), { level: 3 }));
    trim.run(mostRows, version);
    return tokens;
  }

  return {
    async of(blob, grammar, lines) {
      const known = find.get(blob, grammar, version)?.['body'];
      if (known instanceof Uint8Array) return JSON.parse(gunzipSync(known).toString()) as LineTokens;
      const key = `${blob} ${grammar}`;
      const running = making.get(key);
      if (running !== undefined) return running;
      const made = lines().then((text) => make(blob, grammar, text));
      making.set(key, made);
      try {
        return await made;
      } finally {
        making.delete(key);
      }
    },
    close: () => database.close(),
  };
}
