// One table of worlds and the verdict each deserves. Library, command and browser page are given the
// same bytes and must answer the same.

import {
  formatEvidence,
  freshState,
  fromUtf8,
  signStatement,
  toHex,
  sha256,
  utf8,
  type CheckName,
  type ConsistencyProof,
  type Envelope,
  type EvidenceFile,
  type Expected,
  type Freshness,
  type Kind,
  type Outcome,
  type Role,
  type State,
  formatState,
} from '@vitrine/evidence';
import { makeWorld, worldTime, type World, type WorldOptions } from '../world.ts';

/** What is asked: the bytes of files, as a user would name them. */
export interface Asked {
  readonly artifact: Uint8Array;
  readonly evidence?: Uint8Array | undefined;
  readonly publication?: Uint8Array | undefined;
  readonly policy: Uint8Array;
  readonly root: Uint8Array;
  readonly state?: Uint8Array | undefined;
  readonly expected?: Expected;
  readonly consistency?: readonly ConsistencyProof[];
  readonly demand?: readonly ('publication' | 'consistency')[];
  /** Seconds since 1970; undefined for a machine without a clock. */
  readonly now?: number | undefined;
  readonly offline?: boolean;
}

export interface Answer {
  readonly verdict: Outcome['verdict'];
  readonly freshness: Freshness;
  readonly code?: string;
  /** The check that decided against; for an acceptance, checks that did not simply pass. */
  readonly checks: Readonly<Partial<Record<CheckName, 'refused' | 'unknown' | 'skipped'>>>;
}

export interface VerdictCase extends Asked, Answer {
  readonly name: string;
}

export type Draft = () => Promise<VerdictCase>;

/**
 * A case that differs from the ordinary world only in what `change` answers. What it logs comes before
 * the publication; by default all statements are in evidence, against the publication's own checkpoint.
 */
export function given(
  name: string,
  answer: Answer,
  change: (world: World) => Partial<Asked> | Promise<Partial<Asked>> = () => ({}),
  options: WorldOptions = {},
): Draft {
  return async () => {
    const world = await makeWorld(options);
    const changed = await change(world);
    const statements = [...world.log.entries.keys()];
    const publication = 'publication' in changed ? changed.publication : await world.publish();
    const evidence = 'evidence' in changed ? changed.evidence : await world.evidence({ indices: statements });
    return {
      name,
      artifact: world.artifact.bytes,
      policy: world.policyBytes,
      root: world.root,
      now: worldTime + 60,
      ...changed,
      evidence,
      publication,
      ...answer,
    };
  };
}

export function accepted(freshness: Freshness = 'fresh', checks: Answer['checks'] = {}): Answer {
  return { verdict: 'accepted', freshness, checks };
}

export function refused(check: CheckName, code: string): Answer {
  return { verdict: 'refused', freshness: 'unknown', code, checks: { [check]: 'refused' } };
}

export function undecided(check: CheckName, code: string): Answer {
  return { verdict: 'undecided', freshness: 'unknown', code, checks: { [check]: 'unknown' } };
}

/** Logs a statement by the world's key for this kind, or by another; answers its index. */
export async function log<Predicate>(
  world: World,
  kind: Kind<Predicate>,
  subject: readonly [name: string, sha256: string],
  predicate: Predicate,
  by: { readonly role?: Role; readonly operator?: string } = {},
): Promise<number> {
  const [name, digest] = subject;
  return world.log.append(
    await signStatement(
      kind,
      [{ name, digest: { sha256: digest } }],
      predicate,
      world.signer(by.role ?? kind.role, by.operator),
    ),
  );
}

/** The evidence file with some of its members exchanged; the checkpoint is the world's own, unless given. */
export async function evidenceWith(world: World, change: Partial<EvidenceFile>): Promise<Uint8Array> {
  const file = JSON.parse(fromUtf8(await world.evidence())) as EvidenceFile;
  return formatEvidence({ ...file, ...change });
}

export function envelopeAt(world: World, index: number): Envelope {
  return JSON.parse(fromUtf8(world.log.entries[index] as Uint8Array)) as Envelope;
}

export function remembered(state: Partial<State>): Uint8Array {
  return formatState({ ...freshState, ...state });
}

/** A digest of nothing in particular. */
export function digestOf(text: string): string {
  return toHex(sha256(utf8(text)));
}
