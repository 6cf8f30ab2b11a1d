// What an attacker has to work with: a folder, a mirror that the attacked endpoints fetch from, and the
// keys of whoever is corrupt in it.

import { cp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeDurableDirectory, writeDurable } from '@vitrine/host';
import { Endpoint } from './agent.ts';
import type { Chain } from './chain.ts';
import { fail } from '../codes.ts';
import { judge, type Files } from './judge.ts';
import { Mirror } from './mirror.ts';
import { publicationFile, targetFile } from './release.ts';
import type { Judged } from './stage.ts';

export class Scene {
  readonly chain: Chain;
  readonly folder: string;
  readonly mirror: Mirror;
  #victims = 0;

  private constructor(chain: Chain, folder: string, mirror: Mirror) {
    this.chain = chain;
    this.folder = folder;
    this.mirror = mirror;
  }

  static async open(chain: Chain): Promise<Scene> {
    const folder = join(chain.cast.folders.data, 'attacks');
    await makeDurableDirectory(folder);
    const scene = new Scene(chain, folder, await Mirror.open(chain.cast.vendor.public));
    await scene.#enrolTemplate();
    return scene;
  }

  close(): Promise<void> {
    return this.mirror.close();
  }

  async #enrolTemplate(): Promise<void> {
    const { cast, services, platform } = this.chain;
    const where = { repository: this.mirror.url, log: services.urls.log, platform };
    const { exit, code, detail } = await this.#template().enrol(cast, where);
    if (exit !== 0) throw fail('tour.step', `the attacked endpoint could not enrol: ${code}, ${detail}`);
  }

  #template(): Endpoint {
    return this.endpointIn(join(this.folder, 'endpoint'));
  }

  /** The agent that was built, on a folder of its own. */
  endpointIn(folder: string): Endpoint {
    return new Endpoint(this.chain.endpoint.installed(), folder, this.chain.cast.folders.home);
  }

  /** An endpoint that has enrolled at the mirror and installed nothing yet. */
  async victim(): Promise<Endpoint> {
    const folder = join(this.folder, `endpoint-${++this.#victims}`);
    await cp(this.#template().folder, folder, { recursive: true, verbatimSymlinks: true });
    return this.endpointIn(folder);
  }

  /** What the endpoint says to an update from a mirror that serves these files instead. */
  async updateWith(
    files: Readonly<Record<string, Uint8Array | undefined>>,
    prepare?: (victim: Endpoint) => Promise<unknown>,
  ): Promise<Judged> {
    const victim = await this.victim();
    await prepare?.(victim);
    this.mirror.exchange(files);
    try {
      return await victim.ask(['update']);
    } finally {
      this.mirror.honest();
    }
  }

  /** What `vitrine verify` says about the verifier when some files are exchanged. */
  verify(changed: Partial<Files>): Promise<Judged> {
    const { artifact, evidence, publication, policy, root } = this.chain.files;
    return judge({ artifact, evidence, publication, policy, root, ...changed }, this.chain.cast.folders.home);
  }

  async write(name: string, bytes: Uint8Array): Promise<string> {
    await writeDurable(join(this.folder, name), bytes, { overwrite: true });
    return join(this.folder, name);
  }

  /** A copy of what `vitrine verify` remembers: an attack must not spoil it for the next. */
  async stateCopy(): Promise<string> {
    return this.write('state.json', await readFile(this.chain.files.state));
  }

  /** Paths of the agent in the repository. */
  get agent(): { readonly target: string; readonly evidence: string } {
    const { produced, cast } = this.chain;
    const artifact = produced.agent.result.manifest.outputs.find(({ path }) => path === 'agent.mjs');
    if (artifact === undefined) throw fail('tour.step', 'the build gave no agent.mjs');
    return {
      target: relative(cast.vendor.public, targetFile(cast.vendor.public, 'agent', artifact)),
      evidence: `evidence/${artifact.sha256}.json`,
    };
  }

  /** Path of the current publication in the repository. */
  async publication(): Promise<string> {
    const folder = this.chain.cast.vendor.public;
    return relative(folder, await publicationFile(folder));
  }

  /** A file of the repository as it is served. */
  async served(path: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(join(this.chain.cast.vendor.public, path)));
  }
}
