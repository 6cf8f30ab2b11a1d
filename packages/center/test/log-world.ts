// A real log whose address does what a test tells it: it serves what was published, or an older checkpoint, or
// another history under the same keys, or altered bytes, or nothing. Witnesses sign what they are given, so
// that the faults that a quorum would have to collude in can be shown, too.

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatEnvelope, formatVkey, type Envelope } from '@vitrine/evidence';
import { fakeClock, listen, respond, type FakeClock } from '@vitrine/host';
import { initLog, openLogWriter, type LogWriter } from '@vitrine/log';
import { cosignAnything } from '@vitrine/log/testing';
import {
  makeWorld,
  temporaryDirectory,
  worldOrigin,
  worldTime,
  type Ending,
  type World,
} from '@vitrine/testkit';
import { openCenter, type Center } from '../src/center.ts';
import type { CenterOptions } from '../src/context.ts';
import { openFollowing, type Following, type FollowOptions } from '../src/follow/index.ts';

/** One history under the keys of the log. */
export interface History {
  readonly writer: LogWriter;
  append(...entries: readonly (Envelope | Uint8Array)[]): Promise<void>;
  /** Publishes everything; from now on the address shows it. Answers the cosigned checkpoint. */
  publish(options?: { readonly time?: number; readonly witnesses?: readonly string[] }): Promise<Uint8Array>;
}

export interface LogWorld {
  readonly world: World;
  readonly folder: string;
  readonly url: string;
  readonly clock: FakeClock;
  readonly log: History;
  /** A second log under the same keys. */
  fork(): Promise<History>;
  /** What the address answers; undefined leaves it to the log. Throwing cuts the connection. */
  answer: ((path: string, honest: Uint8Array | undefined) => Uint8Array | undefined) | undefined;
  /** Everything that the address was asked for. */
  readonly asked: string[];
  following(options?: Partial<FollowOptions>): Promise<Following>;
  /** A whole Center that has looked once; without pages, which `web` gives. */
  center(options?: Partial<CenterOptions>): Promise<Center>;
}

export async function makeLogWorld(t: Ending, world?: World): Promise<LogWorld> {
  const made = world ?? (await makeWorld());
  const folder = temporaryDirectory(t);
  const clock = fakeClock(worldTime * 1000);
  let shown: { readonly dir: string; readonly checkpoint: Uint8Array } | undefined;
  const history = async (): Promise<History> => {
    const dir = mkdtempSync(join(folder, 'log-'));
    const vkeys = made.logSigners.map(({ key }) => formatVkey(key));
    await initLog(dir, { origin: worldOrigin, vkeys, mode: 'raw' });
    const writer = await openLogWriter({ dir, signers: made.logSigners, intervalMs: 60_000 });
    t.after(() => void writer.close());
    return {
      writer,
      async append(...entries) {
        for (const one of entries) await writer.append(one instanceof Uint8Array ? one : formatEnvelope(one));
      },
      async publish({ time = worldTime, witnesses = [...made.witnessSigners.keys()] } = {}) {
        const { note } = await writer.publishNow();
        const signers = witnesses.flatMap((name) => made.witnessSigners.get(name) ?? []);
        shown = { dir, checkpoint: await cosignAnything(note, signers, time) };
        return shown.checkpoint;
      },
    };
  };
  const asked: string[] = [];
  const state: Pick<LogWorld, 'answer'> = { answer: undefined };
  const server = await listen(
    (request, response) => {
      const path = (request.url ?? '').slice(1);
      asked.push(path);
      const honest = shown === undefined ? undefined : fileOf(shown, path);
      try {
        const bytes = state.answer === undefined ? honest : state.answer(path, honest);
        if (bytes === undefined) respond(response, 404, 'not found\n');
        else respond(response, 200, bytes);
      } catch {
        response.destroy();
      }
    },
    { port: 0, graceMs: 50 },
  );
  t.after(() => void server.close());
  const url = `${server.url}/`;
  return {
    world: made,
    folder,
    url,
    clock,
    log: await history(),
    fork: history,
    asked,
    get answer() {
      return state.answer;
    },
    set answer(answer) {
      state.answer = answer;
    },
    async following(options = {}) {
      const following = await openFollowing({
        folder: options.folder ?? mkdtempSync(join(folder, 'center-')),
        policy: made.policy,
        log: url,
        supervisors: [],
        clock,
        timeoutMs: 5_000,
        ...options,
      });
      t.after(() => void following.close());
      return following;
    },
    async center(options = {}) {
      const web = mkdtempSync(join(folder, 'web-'));
      mkdirSync(join(web, 'assets'));
      writeFileSync(join(web, 'index.html'), '<!doctype html><title>page</title>');
      const center = await openCenter({
        folder: mkdtempSync(join(folder, 'center-')),
        origin: 'http://localhost',
        root: made.root,
        policyFile: made.policyBytes,
        policy: made.policy,
        log: url,
        repository: url,
        supervisors: [],
        sourceStore: mkdtempSync(join(folder, 'source-')),
        git: {},
        web,
        clock,
        ...options,
      });
      t.after(() => void center.close());
      return center;
    },
  };
}

function fileOf(
  { dir, checkpoint }: { readonly dir: string; readonly checkpoint: Uint8Array },
  path: string,
): Uint8Array | undefined {
  if (path === 'checkpoint') return checkpoint;
  try {
    return readFileSync(join(dir, path));
  } catch {
    return undefined;
  }
}
