// A client of the folder that releases are published in, as endpoints are.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePublicationFile, statementIdOf, verify, type State } from '@vitrine/evidence';
import { findTarget, refresh, targetPath, type TrustedMetadata } from '@vitrine/tuf';
import { folderFetcher } from '@vitrine/tuf/repository';
import { readLedger } from '../src/index.ts';
import { supervisors, type ReleaseWorld } from './release-world.ts';

/** An endpoint of the repository: what it accepted is what the next look starts from. */
export class Client {
  readonly #world: ReleaseWorld;
  trusted: TrustedMetadata;
  state: State | undefined;

  constructor(world: ReleaseWorld) {
    this.#world = world;
    this.trusted = { root: world.root, roles: {} };
  }

  /** Refreshes, finds the target and judges it with its evidence. Answers its text. */
  async update(): Promise<string | undefined> {
    const { publisher, policy, clock } = this.#world;
    let publication: Uint8Array | undefined;
    const refreshed = await refresh({
      trusted: this.trusted,
      fetcher: folderFetcher(publisher.folder),
      now: Math.floor(clock.now() / 1000),
      supervisors: new Set(supervisors),
      acceptRoot: () => Promise.resolve(),
      acceptSnapshot: ({ sha256, version }) => {
        publication = readFileSync(join(publisher.folder, 'publication', `${sha256}.json`));
        const { statement } = parsePublicationFile(publication);
        assert.ok(
          JSON.stringify(Buffer.from(statement.envelope.payload, 'base64').toString()).includes(sha256),
        );
        assert.ok(version > 0);
        return Promise.resolve();
      },
      persist: (trusted) => {
        this.trusted = trusted;
        return Promise.resolve();
      },
    });
    const target = await findTarget(refreshed, 'tiny/stable/linux-x64/tiny.txt');
    if (target === undefined) return undefined;
    const bytes = readFileSync(join(publisher.folder, targetPath(target)));
    const evidence = readFileSync(join(publisher.folder, 'evidence', `${target.sha256}.json`));
    const outcome = await verify({
      artifact: { sha256: target.sha256, size: bytes.length },
      evidence,
      ...(publication === undefined ? {} : { publication }),
      policy,
      state: this.state,
      expected: { product: 'tiny', channel: 'stable' },
      now: Math.floor(clock.now() / 1000),
    });
    if (outcome.verdict !== 'accepted') {
      const last = outcome.checks.at(-1);
      throw Object.assign(new Error(`${outcome.verdict}: ${last?.detail}`), { code: outcome.code });
    }
    this.state = outcome.state;
    return bytes.toString();
  }
}

export async function statementsOf({ reader }: ReleaseWorld): Promise<readonly string[]> {
  await reader.refresh();
  return (await readLedger(reader)).entries.map(({ envelope }) => statementIdOf(envelope));
}
