// What the cosigner key signs (D15): delegated roles, each version once, each target an output that was
// built again here. The judgement reads as the decision; everything it asks is in our own records.

import type { DatabaseSync } from 'node:sqlite';
import {
  activeNegatives,
  assembleTuf,
  canonicalJson,
  isVitrineError,
  parseJson,
  parseOutputs,
  provenance as provenanceKind,
  quote,
  rebuild as rebuildKind,
  release as releaseKind,
  resolution as resolutionKind,
  sameDigest,
  schema,
  subjectOf,
  toHex,
  tufKeyidOf,
  tufKeyOf,
  withdrawal as withdrawalKind,
  type Negative,
  type Order,
  type Provenance,
  type Release,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, transaction, verifySignature, type Clock } from '@vitrine/host';
import { parseTargets, type Metadata, type Targets } from '@vitrine/tuf';
import type { Claim, Claims } from './claims.ts';
import { fail } from './codes.ts';
import type { Delegations } from './delegations.ts';
import type { Holdings, Stores } from './holdings.ts';
import type { Orders } from './orders.ts';
import type { Publications } from './publications.ts';
import {
  itemsOf,
  readDraft,
  requireExpiry,
  requireNoDelegations,
  requirePaths,
  requireWithinLimits,
  type Draft,
  type Item,
} from './role-draft.ts';
import type { PathRecord, SignedRoles } from './signed-roles.ts';
import type { Tail } from './tail.ts';

export interface CosignerOptions {
  readonly database: DatabaseSync;
  readonly claims: Claims;
  readonly tail: Tail;
  readonly policy: TrustPolicy;
  readonly delegations: Delegations;
  readonly signed: SignedRoles;
  readonly publications: Publications;
  readonly orders: Orders;
  readonly holdings: Holdings;
  readonly stores: Stores;
  readonly signer: Signer;
  readonly operator: string;
  readonly clock: Clock;
}

export interface Cosignature {
  /** The TUF keyid. */
  readonly keyid: string;
  readonly sig: string;
}

export const roleLimit = 1_048_576;
const manifestBytes = 1 << 20;
/** Roles of up to `roleLimit` bytes that are in memory at once. */
const mostWaiting = 16;
const mostSignatures = 16;
const wholeFile = schema.object({ signed: schema.anything }, {}, { open: true });

export class Cosigner {
  readonly #options: CosignerOptions;
  readonly keyid: string;
  /** One at a time: two drafts of one version are judged one after the other. */
  #running: Promise<unknown> = Promise.resolve();
  /** How many are judged or wait for it. */
  #waiting = 0;

  constructor(options: CosignerOptions) {
    this.#options = options;
    this.keyid = tufKeyidOf(tufKeyOf(options.signer.publicKey), sha256);
  }

  /**
   * `file`: a role as the vendor signed it. `name`: needed only where its targets do not say which role it
   * is. When this resolves, version and digest are durable, and so is the signature. What is no role does not
   * wait, and neither does one too many; `isWanted` is asked when its turn has come.
   */
  async cosign(file: Uint8Array, name?: string, isWanted = (): boolean => true): Promise<Cosignature> {
    const metadata = parseTargets(file, { sha256 });
    if (this.#waiting >= mostWaiting)
      throw fail('cosign.busy', `${this.#waiting} roles wait to be co-signed; at most ${mostWaiting}`);
    this.#waiting++;
    const run = this.#running
      .then(() => {
        if (!isWanted()) throw fail('cosign.busy', 'whoever sent the role did not wait for its turn');
        return this.#cosign(metadata, name);
      })
      .finally(() => this.#waiting--);
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #cosign(metadata: Metadata<Targets>, name: string | undefined): Promise<Cosignature> {
    const { signed, database, clock } = this.#options;
    const joint = await this.#options.delegations.jointRoles(this.keyid, this.#options.operator);
    const draft = await readDraft(metadata, joint, name);
    const { version } = draft.metadata.signed;
    const before = signed.get(draft.role.name, version);
    if (before?.sha256 === draft.sha256 && before.sig !== undefined)
      return { keyid: before.keyid, sig: before.sig };
    if (before === undefined) {
      await this.#judge(draft);
      const { role, sha256: digest } = draft;
      // Before the signature is made: whatever happens then, no other bytes are signed under this version.
      transaction(database, () =>
        signed.record(
          {
            role: role.name,
            version,
            sha256: digest,
            keyid: this.keyid,
            at: clock.now(),
            bytes: judgedOf(draft),
          },
          pathsOf(draft),
        ),
      );
    } else if (before.sha256 !== draft.sha256) {
      throw fail('cosign.version', `other bytes were signed as version ${version} of ${draft.role.name}`);
    }
    const sig = toHex(await this.#options.signer.sign(draft.metadata.message));
    signed.keepSignature(draft.role.name, version, sig);
    return { keyid: this.keyid, sig: signed.get(draft.role.name, version)?.sig ?? sig };
  }

  /** D15, line by line. */
  async #judge(draft: Draft): Promise<void> {
    await this.#requireCurrentView();
    this.#requireNextVersion(draft);
    requireExpiry(draft, this.#options.clock.now() / 1000);
    requireNoDelegations(draft);
    requireWithinLimits(draft);
    requirePaths(draft);
    this.#requireSequences(draft);
    const negatives = await this.#negatives();
    const before = this.#previous(draft);
    for (const item of draft.items) {
      const releases = this.#requireReleases(item);
      requireNotWithdrawn(item, negatives);
      for (const order of this.#ordersOf(item)) {
        this.#requireNoDifference(item, order);
        requireNotHeld(item, order, negatives);
      }
      const release = releases[releases.length - 1] as Claim<Release>;
      if (isUnchanged(item, before) && this.#isOfOneAgreedOrder(releases)) continue;
      await this.#requireReproduced(item, release);
      const provenance = this.#requireProvenance(item, release);
      this.#requireStored(item, release, provenance);
    }
  }

  #requireNextVersion({ role, metadata }: Draft): void {
    const { signed, publications } = this.#options;
    const last = signed.last(role.name);
    const { version } = metadata.signed;
    // Versions that others signed with the vendor while we were away are in publications.
    if (version > last + 1 && publications.unread() > 0)
      throw fail('cosign.pending', `version ${version} of ${role.name}: publications are still being read`);
    if (version !== last + 1)
      throw fail('cosign.version', `version ${version} of ${role.name}; the next one is ${last + 1}`);
  }

  /** Other bytes at a path need a higher sequence than any that was signed there, also before a removal. */
  #requireSequences({ role, items }: Draft): void {
    for (const { path, sequence, sha256: digest } of items) {
      const newest = this.#options.signed.at(role.name, path);
      if (newest === undefined || sequence > newest.sequence) continue;
      if (sequence === newest.sequence && digest === newest.sha256) continue;
      throw fail(
        'cosign.sequence',
        `${quote(path)} has sequence ${sequence}; ${newest.sequence} was signed there with other bytes or before`,
        { at: path },
      );
    }
  }

  /** Publications, holds and withdrawals count up to the newest checkpoint: one that we have not read may forbid it. */
  async #requireCurrentView(): Promise<void> {
    try {
      await this.#options.tail.advance();
    } catch (cause) {
      if (!isVitrineError(cause)) throw cause;
      throw fail('cosign.pending', `the log cannot be followed now: ${cause.message}`, { cause });
    }
  }

  #negatives(): Promise<readonly Negative[]> {
    const { claims, policy, tail } = this.#options;
    const kinds = [provenanceKind, rebuildKind, resolutionKind, withdrawalKind];
    return activeNegatives(claims.below(tail.next(), kinds), policy, verifySignature, sha256);
  }

  #previous({ role }: Draft): ReadonlyMap<string, Item> {
    const newest = this.#options.signed.newest(role.name);
    if (newest === undefined) return new Map();
    const { signed } = parseTargets(newest.bytes, { sha256 });
    return new Map(itemsOf(signed).map((item) => [item.path, item]));
  }

  /** Releases of exactly this: product, channel, platform, output, sequence and version; at least one. */
  #requireReleases(item: Item): readonly Claim<Release>[] {
    const releases = this.#options.claims.of(releaseKind, item.sha256);
    const found = releases.filter(({ statement }) => isReleaseOf(statement.predicate, item));
    if (found.length > 0) return found;
    if (releases.length === 0) throw pending(item, 'the log holds no release of it');
    throw fail('cosign.release', `the log holds other releases of ${quote(item.path)}, and not this one`, {
      at: item.path,
    });
  }

  /** Every order that these bytes were ever released from at this path: a later release hides none of them. */
  #ordersOf(item: Item): ReadonlySet<string> {
    const releases = this.#options.claims.of(releaseKind, item.sha256);
    return new Set(
      releases
        .map(({ statement }) => statement.predicate)
        .filter((release) => pathOf(release) === item.path)
        .map(({ order }) => order),
    );
  }

  /** What was judged before was judged by its order then: another order is judged like a new target. */
  #isOfOneAgreedOrder(releases: readonly Claim<Release>[]): boolean {
    const [order, ...others] = new Set(releases.map(({ statement }) => statement.predicate.order));
    return (
      order !== undefined && others.length === 0 && this.#options.orders.agreementIn(order) !== undefined
    );
  }

  /** A difference that was explained may be installed; we vouch for what we built, and for nothing else. */
  #requireNoDifference({ path }: Item, order: string): void {
    if (this.#options.orders.get(order)?.state === 'differs')
      throw fail('cosign.differs', `the order ${order} of ${quote(path)} gave other bytes here`, {
        at: path,
      });
  }

  /** Our own build of the order of this release gave this output, and the log holds our word for it. */
  async #requireReproduced(item: Item, { statement }: Claim<Release>): Promise<void> {
    const { orders, stores } = this.#options;
    const { order, output } = statement.predicate;
    const record = orders.get(order);
    switch (record?.state) {
      case undefined:
        throw pending(item, `its order ${order} is not in the log`);
      case 'queued':
        throw pending(item, `its order ${order} has not been built here yet`);
      case 'built':
        throw pending(item, `the provenance of its order ${order} is not in the log`);
      case 'cannot-build':
      case 'void':
        throw fail('cosign.unbuilt', `the order ${order} of ${quote(item.path)} could not be built here`, {
          at: item.path,
        });
      case 'differs':
      case 'reproduced':
        break;
    }
    if (orders.agreementIn(order) === undefined) throw pending(item, 'our own rebuild is not in the log yet');
    const manifest = await stores.blobs.get(record?.outputs ?? '', { maxBytes: manifestBytes });
    const own = parseOutputs(manifest).outputs.find(({ path }) => path === output);
    const isOurs = own !== undefined && sameDigest(own.sha256, item.sha256) && own.size === item.length;
    const ordered = orders.order(order)?.statement.predicate;
    if (!isOurs || ordered === undefined || !isReleaseFrom(statement.predicate, ordered))
      throw fail('cosign.output', `${quote(item.path)} is not what the order ${order} gave here`, {
        at: item.path,
      });
  }

  /** By a builder of the policy under its own name, for the outputs that we built. */
  #requireProvenance(item: Item, { statement }: Claim<Release>): Claim<Provenance> {
    const { claims, orders, policy } = this.#options;
    const { order } = statement.predicate;
    const outputs = orders.get(order)?.outputs ?? '';
    const ordered = orders.order(order);
    // The latest one, as a verdict takes it.
    const found = claims.of(provenanceKind, order).findLast((claim) => {
      const { id } = claim.statement.predicate.runDetails.builder;
      return policy.keys.get(claim.keyid)?.builder === id;
    });
    const isOurs = found !== undefined && sameDigest(subjectOf(found.statement, 'outputs') ?? '', outputs);
    if (!isOurs || ordered === undefined || !isProvenanceOf(found, ordered))
      throw pending(item, 'no listed builder has logged the provenance of what we built');
    return found;
  }

  /** D12: what the evidence names lies in our own store. */
  #requireStored(item: Item, { statement }: Claim<Release>, provenance: Claim<Provenance>): void {
    const { order } = statement.predicate;
    const { holdings, orders } = this.#options;
    for (const id of [orders.get(order)?.sourceId ?? '', order, provenance.id]) {
      const state = holdings.state(id);
      if (state !== 'stored')
        throw pending(item, `what the statement ${id} names is ${state ?? 'unknown'}, and not stored here`);
    }
  }
}

function requireNotWithdrawn({ path, sha256: digest }: Item, negatives: readonly Negative[]): void {
  const found = negatives.find(({ kind, about }) => kind === 'withdrawal' && about === digest);
  if (found !== undefined)
    throw fail('cosign.withdrawn', `${quote(path)} was withdrawn (entry ${found.index})`, { at: path });
}

function requireNotHeld({ path }: Item, order: string, negatives: readonly Negative[]): void {
  const found = negatives.find(({ kind, about }) => kind === 'hold' && about === order);
  if (found !== undefined)
    throw fail('cosign.held', `the order of ${quote(path)} is on hold (entry ${found.index})`, { at: path });
}

function isReleaseOf(release: Release, item: Item): boolean {
  const { sequence, version } = release;
  return pathOf(release) === item.path && sequence === item.sequence && version === item.version;
}

function pathOf({ product, channel, platform, output }: Release): string {
  return `${product}/${channel}/${platform}/${output}`;
}

/** A verdict asks the same of release and order (docs/spec/verdict.md). */
function isReleaseFrom(release: Release, order: Order): boolean {
  const { product, version, platform } = release;
  const isPlatform = platform === 'any' || platform === order.environment.platform;
  return product === order.product && version === order.version && isPlatform;
}

/** From the source and materials of the order, and in a sandbox where it asks for one. */
function isProvenanceOf({ statement }: Claim<Provenance>, ordered: Claim<Order>): boolean {
  const { resolvedDependencies, internalParameters } = statement.predicate.buildDefinition;
  const [materials, tree] = resolvedDependencies.map(({ digest }) => digest.sha256);
  const { predicate } = ordered.statement;
  return (
    sameDigest(materials ?? '', predicate.materials.sha256) &&
    sameDigest(tree ?? '', subjectOf(ordered.statement, 'tree') ?? '') &&
    !(predicate.environment.sandbox && internalParameters.isolation === 'none')
  );
}

/** What stood in the version signed before was judged then; only what has come to light since counts. */
function isUnchanged(item: Item, before: ReadonlyMap<string, Item>): boolean {
  const same = before.get(item.path);
  return (
    same !== undefined &&
    same.sha256 === item.sha256 &&
    same.length === item.length &&
    same.sequence === item.sequence &&
    same.version === item.version
  );
}

/** A file holds what nobody judged, up to its limit: members beside these, signatures under any other keyid. */
function judgedOf({ metadata, role }: Draft): Uint8Array {
  const { signed } = wholeFile.check(parseJson(metadata.bytes, { bytes: roleLimit, depth: 16 }));
  const byVendor = metadata.signatures.filter(({ keyid }) =>
    role.vendorKeys.some(({ tufKeyid }) => tufKeyid === keyid),
  );
  return assembleTuf(canonicalJson(signed), byVendor.slice(0, mostSignatures));
}

function pathsOf({ items }: Draft): ReadonlyMap<string, PathRecord> {
  return new Map(items.map(({ path, sequence, sha256: digest }) => [path, { sequence, sha256: digest }]));
}

function pending(item: Item, what: string): Error {
  return fail('cosign.pending', `${quote(item.path)}: ${what}`, { at: item.path });
}
