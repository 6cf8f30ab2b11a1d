// The Center as one process: opens its databases, follows the log, answers.

import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { makeDurableDirectory, openDatabase, systemClock } from '@vitrine/host';
import { centerApp } from './app.ts';
import type { Access, CenterContext, CenterEnv, CenterOptions } from './context.ts';
import { openFollowing } from './follow/index.ts';
import { Ledger } from './releases/ledger.ts';
import { Blobs } from './repository/blobs.ts';
import { RepositoryWatch } from './repository/watch.ts';
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

/** The longest that a public answer is kept. */
const keptMs = 10_000;

/** Until the access table is here. */
const noAccess: Access = { filter: () => ({ tier: 'none', allows: () => false }), record: () => undefined };

export async function openCenter(options: CenterOptions): Promise<Center> {
  await makeDurableDirectory(options.folder);
  const database = openDatabase(join(options.folder, 'center.db'), { migrations });
  const clock = options.clock ?? systemClock;
  const { folder, policy, log: address, supervisors } = options;
  const following = await openFollowing({ folder, policy, log: address, supervisors, clock });
  const { log } = following;
  const repository = new RepositoryWatch(options, clock);
  const context: CenterContext = {
    options,
    origin: new URL(options.origin),
    database,
    clock,
    log,
    following,
    ledger: new Ledger(log, policy),
    repository,
    blobs: new Blobs(options.repository),
    access: noAccess,
    // All three only grow. What is late becomes late by the clock alone: nothing is kept for longer than that.
    answers: new PublicAnswers(() => log.version + repository.version + Math.floor(clock.now() / keptMs)),
  };
  await following.start();
  repository.start();
  const app = centerApp(context, await readWeb(options.web));
  return {
    app,
    async look() {
      await Promise.all([following.look(), repository.look()]);
    },
    stopped: following.stopped,
    async close() {
      await Promise.all([following.close(), repository.close()]);
      database.close();
    },
  };
}
