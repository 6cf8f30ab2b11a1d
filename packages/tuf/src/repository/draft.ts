// Drafts: the signed part of each kind of file, as JSON. A draft goes to each holder (`signTuf`), then
// `assembleTuf` joins draft and signatures to the file. Equal plans give equal bytes, so that a step that
// was interrupted can be done again. Root drafts are evidence's `draftRoot`.

import {
  canonicalJson,
  formatTime,
  tufKeyidOf,
  tufKeyOf,
  type Json,
  type JsonObject,
  type RootHolder,
} from '@vitrine/evidence';
import type { FileMeta } from '../metadata.ts';

interface Head {
  readonly version: number;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** SHA-256 and length of the target's bytes, and what clients are told with it. */
export interface PlannedTarget {
  readonly length: number;
  readonly sha256: string;
  readonly custom?: JsonObject;
}

export interface PlannedDelegation {
  readonly name: string;
  /** Signatures that stock clients ask for; ours asks for as many operators, the vendor among them (D4). */
  readonly threshold: number;
  readonly holders: readonly RootHolder[];
  readonly terminating: boolean;
  readonly paths: readonly string[];
}

export interface TargetsPlan extends Head {
  readonly targets: Readonly<Record<string, PlannedTarget>>;
}

export interface TopLevelPlan extends TargetsPlan {
  readonly delegations: readonly PlannedDelegation[];
}

export interface SnapshotPlan extends Head {
  /** `targets` and every delegated role. */
  readonly roles: Readonly<Record<string, FileMeta>>;
}

export interface TimestampPlan extends Head {
  readonly snapshot: FileMeta;
}

function headOf(type: string, { version, expires }: Head): JsonObject {
  return { _type: type, spec_version: '1.0.31', version, expires: formatTime(expires) };
}

function metaOf({ version, length, sha256 }: FileMeta): JsonObject {
  return { version, length, hashes: { sha256 } };
}

function targetsOf(plan: TargetsPlan): JsonObject {
  const targets: Record<string, Json> = {};
  for (const [path, { length, sha256, custom }] of Object.entries(plan.targets)) {
    targets[path] = { length, hashes: { sha256 }, ...(custom === undefined ? {} : { custom }) };
  }
  return targets;
}

/** A delegated role that delegates nothing: products and channels. */
export function draftRole(plan: TargetsPlan): Uint8Array {
  return canonicalJson({ ...headOf('targets', plan), targets: targetsOf(plan) });
}

/** Top-level targets: policies and delegations, and whose each delegation key is (D4). */
export function draftTargets(plan: TopLevelPlan): Uint8Array {
  const keys: Record<string, Json> = {};
  const operators: Record<string, Json> = {};
  const roles = plan.delegations.map(({ name, threshold, holders, terminating, paths }) => {
    const keyids = holders.map(({ publicKey, operator }) => {
      const key = tufKeyOf(publicKey);
      const keyid = tufKeyidOf(key);
      keys[keyid] = key as unknown as Json;
      operators[keyid] = operator;
      return keyid;
    });
    return { name, threshold, keyids, terminating, paths };
  });
  return canonicalJson({
    ...headOf('targets', plan),
    targets: targetsOf(plan),
    delegations: { keys, roles },
    'x-vitrine': { operators },
  });
}

export function draftSnapshot(plan: SnapshotPlan): Uint8Array {
  const meta: Record<string, Json> = {};
  for (const [role, file] of Object.entries(plan.roles)) meta[`${role}.json`] = metaOf(file);
  return canonicalJson({ ...headOf('snapshot', plan), meta });
}

export function draftTimestamp(plan: TimestampPlan): Uint8Array {
  return canonicalJson({ ...headOf('timestamp', plan), meta: { 'snapshot.json': metaOf(plan.snapshot) } });
}
