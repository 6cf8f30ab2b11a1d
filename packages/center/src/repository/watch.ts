// What an endpoint would make of the repository now, asked again and again: metadata by TUF's workflow with
// the proof of its publication (D1), every delegated role, and when each of them ends. What was accepted is
// held on to, so that a repository that goes back is seen; expired files are shown as expired, not refused.

import {
  evidenceErrors,
  isVitrineError,
  loadRoot,
  parseTime,
  requireLoggedRoot,
  verifyPublication,
  VitrineError,
  type Announced,
  type ErrorTable,
  type State,
} from '@vitrine/evidence';
import { fetchBytes, sha256, verifySignature, type Clock } from '@vitrine/host';
import {
  findTarget,
  parseTargets,
  refresh,
  type Fetcher,
  type Refreshed,
  type TrustedMetadata,
} from '@vitrine/tuf';
import type { CenterOptions, Trouble } from '../context.ts';
import { reportOf } from '../http/errors.ts';
import { publicWords } from '../public-words.ts';
import { Rounds } from '../rounds.ts';

export interface RoleState {
  readonly name: string;
  readonly version: number;
  /** Seconds. */
  readonly expires: number;
}

export interface RepositoryState {
  /** When all of it was last read and verified, in seconds. */
  readonly checkedAt: number | undefined;
  readonly trouble: Trouble | undefined;
  /** Root, timestamp, snapshot, targets, then delegated roles by name. */
  readonly roles: readonly RoleState[];
  readonly snapshot: { readonly version: number; readonly sha256: string } | undefined;
  /** SHA-256 of every file on offer, by its path as a target. */
  readonly targets: ReadonlyMap<string, string>;
  /** The publication that vouches for the snapshot. */
  readonly publication: Announced | undefined;
}

const platform = { sha256, verifySignature };
const requestMs = 5_000;
const proofBytes = 196_608;

export class RepositoryWatch {
  readonly #options: Pick<CenterOptions, 'repository' | 'policy' | 'report'>;
  readonly #clock: Clock;
  readonly #rounds = new Rounds(() => this.#look());
  #trusted: TrustedMetadata;
  #memory: State | undefined;
  #state: RepositoryState = {
    checkedAt: undefined,
    trouble: undefined,
    roles: [],
    snapshot: undefined,
    targets: new Map(),
    publication: undefined,
  };
  /** The trouble that the operator was told last. */
  #said: string | undefined;
  #version = 0;

  constructor(options: Pick<CenterOptions, 'repository' | 'policy' | 'root' | 'report'>, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#trusted = { root: options.root, roles: {} };
  }

  state(): RepositoryState {
    return this.#state;
  }

  /** Grows with each change of what `state` says, beside the time of the last look. */
  get version(): number {
    return this.#version;
  }

  /** Never throws for what the repository does: that is its state. */
  look(): Promise<void> {
    return this.#rounds.look();
  }

  start(everyMs = 5_000): void {
    this.#rounds.start(everyMs);
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  async #look(): Promise<void> {
    try {
      this.#become({ ...(await this.#read()), checkedAt: this.#now(), trouble: undefined });
      this.#said = undefined;
    } catch (error) {
      if (this.#rounds.signal.aborted) return;
      if (!isVitrineError(error)) throw error;
      const { code, message, exit } = error;
      const since = this.#state.trouble?.code === code ? this.#state.trouble.since : this.#now();
      const kind = exit === 5 ? 'down' : 'lies';
      this.#become({ ...this.#state, trouble: { ...publicWords(error), since, kind } });
      const said = `the repository cannot be followed: ${code}: ${message}`;
      if (said !== this.#said) reportOf(this.#options)(said);
      this.#said = said;
    }
  }

  #become(next: RepositoryState): void {
    if (summary(next) !== summary(this.#state)) this.#version++;
    this.#state = next;
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  async #read(): Promise<Omit<RepositoryState, 'checkedAt' | 'trouble'>> {
    const { policy } = this.#options;
    const fetcher: Fetcher = { fetch: (path, maxBytes) => this.#fetch(path, maxBytes) };
    let publication: Announced | undefined;
    let root: { readonly version: number; readonly sha256: string } = await loadRoot(
      this.#trusted.root,
      verifySignature,
      sha256,
    );
    const found = await refresh({
      trusted: this.#trusted,
      fetcher,
      // So that what has expired is read all the same: the pages say when, and that it is late.
      now: 0,
      verify: verifySignature,
      sha256,
      supervisors: new Set(
        [...policy.operators.values()].filter(({ part }) => part === 'supervisor').map(({ id }) => id),
      ),
      acceptRoot: async (next) => {
        const proof = await fetcher.fetch(`root/${next.sha256}.json`, proofBytes);
        await requireLoggedRoot(
          proof ?? new Uint8Array(),
          { ...next, previous: root.sha256 },
          policy,
          platform,
        );
        root = next;
      },
      acceptSnapshot: async (snapshot) => {
        const bytes = await fetcher.fetch(`publication/${snapshot.sha256}.json`, proofBytes);
        publication = await this.#judge(bytes, snapshot, root);
      },
      persist: (trusted) => {
        this.#trusted = trusted;
        return Promise.resolve();
      },
    });
    return { ...(await rolesOf(found)), snapshot: found.timestamp.snapshot, publication };
  }

  /** Freshness is shown, not demanded: a stale publication is late, and still what the repository says. */
  async #judge(
    publication: Uint8Array | undefined,
    snapshot: { readonly version: number; readonly sha256: string },
    root: { readonly version: number; readonly sha256: string },
  ): Promise<Announced | undefined> {
    const { policy } = this.#options;
    const outcome = await verifyPublication(
      { publication, snapshot, root, policy, ...(this.#memory === undefined ? {} : { state: this.#memory }) },
      platform,
    );
    if (outcome.verdict !== 'accepted') {
      const { code = '', detail = outcome.verdict } =
        outcome.checks.find((check) => check.code === outcome.code) ?? {};
      const table: ErrorTable = evidenceErrors;
      const entry = table[code];
      if (entry === undefined) throw new TypeError(`a verdict without a code: ${detail}`);
      throw new VitrineError(code, entry, detail);
    }
    this.#memory = outcome.state;
    return outcome.publication;
  }

  async #fetch(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const { status, bytes } = await fetchBytes(`${this.#options.repository.replace(/\/$/, '')}/${path}`, {
      maxBytes,
      timeoutMs: requestMs,
      expectStatus: [200, 404],
      signal: this.#rounds.signal,
    });
    return status === 404 ? undefined : bytes;
  }
}

/** Every delegated role of the snapshot, verified under its delegation. */
async function rolesOf(found: Refreshed): Promise<Pick<RepositoryState, 'roles' | 'targets'>> {
  const { root, timestamp, snapshot, targets, session } = found;
  const offered = new Map<string, string>();
  const delegated: RoleState[] = [];
  for (const { name, paths } of targets.delegations) {
    if (!snapshot.roles.has(name)) continue;
    // The search for any path of a role reads and verifies the role.
    const any = paths[0]?.replaceAll('*', 'x');
    if (any !== undefined) await findTarget(found, any);
    const bytes = session.trusted.roles[name];
    if (bytes === undefined) continue;
    const role = parseTargets(bytes).signed;
    delegated.push({ name, version: role.version, expires: role.expires });
    for (const [path, target] of role.targets) offered.set(path, target.sha256);
  }
  return {
    targets: offered,
    roles: [
      { name: 'root', version: root.version, expires: parseTime(root.expires) },
      { name: 'timestamp', version: timestamp.version, expires: timestamp.expires },
      { name: 'snapshot', version: snapshot.version, expires: snapshot.expires },
      { name: 'targets', version: targets.version, expires: targets.expires },
      ...delegated.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ],
  };
}

/** All but the time of the look. */
function summary({ trouble, roles, snapshot, targets, publication }: RepositoryState): string {
  return JSON.stringify([trouble, roles, snapshot, [...targets], publication]);
}
