// A repository in memory that serves whatever an attacker wants: honest drafts, edited by JSON pointer,
// signed by whom the table says, edited again after signing.

import { fromUtf8, toHex, utf8, type Json, type JsonObject, type RootSigner } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import {
  publicOf,
  signedBy,
  updateArtifact,
  updateHolders,
  updateTargetsPlan,
  worldTime,
} from '@vitrine/testkit';
import type { FileMeta, Fetcher } from '@vitrine/tuf';
import {
  draftRole,
  draftRoot,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  type RootDraftPlan,
} from '@vitrine/tuf/repository';

const day = 86_400;
const { root, snapshot, timestamp, vendorRole, cosignerA } = updateHolders;

/** `undefined` removes the member; `-` as the last step appends to a list. */
export type Edit = readonly [pointer: string, value: Json | undefined];

/** How a file differs from the honest one. */
export interface Change {
  /** Before it is signed. */
  readonly draft?: readonly Edit[];
  readonly signers?: readonly RootSigner[];
  /** After it was signed. */
  readonly file?: readonly Edit[];
  /** Any bytes instead. */
  readonly bytes?: (honest: Uint8Array) => Uint8Array;
  /** Not served at all. */
  readonly absent?: boolean;
  /** Served in place of what other files announce. */
  readonly served?: (announced: Uint8Array) => Uint8Array;
}

export interface Edition {
  readonly version: number;
  readonly roles?: Readonly<Record<string, Change>>;
  readonly targets?: Change;
  readonly snapshot?: Change;
  readonly timestamp?: Change;
}

function edited(value: Json, [pointer, replacement]: Edit): Json {
  const [head, ...rest] = pointer.split('/').slice(1);
  if (head === undefined) return replacement ?? null;
  const name = head.replaceAll('~1', '/').replaceAll('~0', '~');
  const inner: Edit = [rest.map((step) => `/${step}`).join(''), replacement];
  if (Array.isArray(value)) {
    const items: Json[] = [...(value as readonly Json[])];
    const at = name === '-' ? items.length : Number(name);
    if (rest.length === 0 && replacement === undefined) items.splice(at, 1);
    else items[at] = edited(items[at] ?? {}, inner);
    return items;
  }
  const members = { ...(value as JsonObject) };
  if (rest.length === 0 && replacement === undefined) delete members[name];
  else members[name] = edited(members[name] ?? {}, inner);
  return members;
}

function editedBytes(bytes: Uint8Array, edits: readonly Edit[] = []): Uint8Array {
  // Written without the rules of canonical JSON, which would refuse what an attacker may write.
  return edits.length === 0
    ? bytes
    : utf8(JSON.stringify(edits.reduce(edited, JSON.parse(fromUtf8(bytes)) as Json)));
}

export class Mirror implements Fetcher {
  readonly files: Map<string, Uint8Array> = new Map();

  /** Gives what is there, however long: a hostile mirror does not stop at the limit. */
  fetch(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(path));
  }

  copy(): Mirror {
    const mirror = new Mirror();
    for (const [path, bytes] of this.files) mirror.files.set(path, bytes);
    return mirror;
  }

  async #write(
    path: string,
    draft: Uint8Array,
    signers: readonly RootSigner[],
    change: Change = {},
  ): Promise<Uint8Array> {
    const honest = await signedBy(editedBytes(draft, change.draft), change.signers ?? signers);
    const bytes = (change.bytes ?? ((same) => same))(editedBytes(honest, change.file));
    if (change.absent === true) this.files.delete(path);
    else this.files.set(path, (change.served ?? ((same) => same))(bytes));
    return bytes;
  }

  root(version: number, change?: Change, plan: Partial<RootDraftPlan> = {}): Promise<Uint8Array> {
    const draft = draftRoot({
      version,
      expires: '2036-01-01T00:00:00Z',
      threshold: 5,
      vendor: 'vendor',
      keys: root.map(publicOf),
      snapshot: [publicOf(snapshot)],
      timestamp: [publicOf(timestamp)],
      ...plan,
    });
    return this.#write(`metadata/${version}.root.json`, draft, root, change);
  }

  /** One publication; `roles` may name further delegated roles, signed by vendor and supervisor. */
  async publish({ version, roles = {}, ...change }: Edition): Promise<void> {
    const expires = worldTime + 30 * day;
    const { path, bytes } = updateArtifact;
    const agent = {
      length: bytes.length,
      sha256: toHex(sha256(bytes)),
      custom: { vitrine: { sequence: version } },
    };
    const announced: Record<string, FileMeta> = {};
    const announce = async (
      name: string,
      draft: Uint8Array,
      signers: readonly RootSigner[],
      one?: Change,
    ) => {
      const written = await this.#write(`metadata/${version}.${name}.json`, draft, signers, one);
      announced[name] = metaOf(version, written);
    };
    const top = draftTargets({ ...updateTargetsPlan(version), expires });
    await announce('targets', top, root, change.targets);
    for (const name of new Set(['agent-stable', 'agent-deltas', ...Object.keys(roles)])) {
      const targets = name === 'agent-stable' ? { [path]: agent } : {};
      const signers = name === 'agent-deltas' ? [vendorRole] : [vendorRole, cosignerA];
      await announce(name, draftRole({ version, expires, targets }), signers, roles[name]);
    }
    const list = draftSnapshot({ version, expires, roles: announced });
    const snapshotPath = `metadata/${version}.snapshot.json`;
    const meta = metaOf(version, await this.#write(snapshotPath, list, [snapshot], change.snapshot));
    const last = draftTimestamp({ version, expires: worldTime + day, snapshot: meta });
    await this.#write('metadata/timestamp.json', last, [timestamp], change.timestamp);
  }
}

function metaOf(version: number, bytes: Uint8Array): FileMeta {
  return { version, length: bytes.length, sha256: toHex(sha256(bytes)) };
}
