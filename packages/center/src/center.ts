// The Center as one process: opens its databases, follows the log, answers.

import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { makeDurableDirectory, openDatabase, systemClock } from '@vitrine/host';
import { centerApp } from './app.ts';
import type { Access, CenterContext, CenterEnv, CenterOptions } from './context.ts';
import { openFollowing } from './follow/index.ts';
import { PublicAnswers } from './twin.ts';
import { readWeb } from './web.ts';

export interface Center {
  readonly app: OpenAPIHono<CenterEnv>;
  /** Looks at the log and the supervisors now, instead of at the next tick. */
  look(): Promise<void>;
  /** Resolves with the fault of ours after which it no longer follows the log, or with undefined after `close`. */
  readonly stopped: Promise<unknown>;
  close(): Promise<void>;
}

const migrations: readonly string[] = [
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;',
];

/** Until the access table is here. */
const noAccess: Access = { filter: () => ({ tier: 'none', allows: () => false }), record: () => undefined };

export async function openCenter(options: CenterOptions): Promise<Center> {
  await makeDurableDirectory(options.folder);
  const database = openDatabase(join(options.folder, 'center.db'), { migrations });
  const clock = options.clock ?? systemClock;
  const { folder, policy, log: address, supervisors } = options;
  const following = await openFollowing({ folder, policy, log: address, supervisors, clock });
  const { log } = following;
  const context: CenterContext = {
    options,
    origin: new URL(options.origin),
    database,
    clock,
    log,
    following,
    access: noAccess,
    answers: new PublicAnswers(() => log.version),
  };
  await following.start();
  const app = centerApp(context, await readWeb(options.web));
  return {
    app,
    look: () => following.look(),
    stopped: following.stopped,
    async close() {
      await following.close();
      database.close();
    },
  };
}
