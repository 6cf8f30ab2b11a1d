// The Center as one process: opens its databases, follows the log, answers.

import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { makeDurableDirectory, openDatabase, systemClock } from '@vitrine/host';
import { centerApp } from './app.ts';
import type { Access, CenterContext, CenterEnv, CenterOptions, LogIndex } from './context.ts';
import { PublicAnswers } from './twin.ts';
import { readWeb } from './web.ts';

export interface Center {
  readonly app: OpenAPIHono<CenterEnv>;
  close(): Promise<void>;
}

const migrations: readonly string[] = [
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;',
];

/** Until the follower and the access table are here. */
const noLog: LogIndex = {
  state: () => ({
    origin: '',
    size: 0,
    root: undefined,
    witnessTime: undefined,
    checkpoint: undefined,
    checkedAt: undefined,
    witnesses: [],
  }),
  entry: () => undefined,
  entries: () => [],
  version: 0,
  inclusion: () => Promise.resolve([]),
  consistency: () => Promise.resolve([]),
};
const noAccess: Access = { filter: () => ({ tier: 'none', allows: () => false }), record: () => undefined };

export async function openCenter(options: CenterOptions): Promise<Center> {
  await makeDurableDirectory(options.folder);
  const database = openDatabase(join(options.folder, 'center.db'), { migrations });
  const context: CenterContext = {
    options,
    origin: new URL(options.origin),
    database,
    clock: options.clock ?? systemClock,
    log: noLog,
    access: noAccess,
    answers: new PublicAnswers(() => noLog.version),
  };
  const app = centerApp(context, await readWeb(options.web));
  return {
    app,
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}
