// Writing what `loadRoot` and `loadPolicy` read. Signers are arguments; no private key is in reach.

import { toBase64 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { formatEnvelope, joinSignatures } from '../dsse.ts';
import type { Json } from '../json.ts';
import type { Signer } from '../signer.ts';
import { signStatement } from '../statement.ts';
import { trustPolicy, type TrustPolicyDocument } from './document.ts';
import { policyDigest } from './load.ts';
import { assembleTuf, signTuf, tufKeyidOf, tufKeyOf } from './tuf.ts';

export interface RootHolder {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly operator: string;
}

export interface RootSigner {
  readonly signer: Signer;
  readonly operator: string;
}

interface Plan<Holder> {
  readonly version: number;
  /** RFC 3339, whole seconds. */
  readonly expires: string;
  readonly threshold: number;
  /** The operator identifier of the vendor. */
  readonly vendor: string;
  /** Of the roles root and targets. */
  readonly keys: readonly Holder[];
  /** Online keys, each of which alone signs its role; absent: the keys above, under their threshold. */
  readonly snapshot?: readonly RootHolder[];
  readonly timestamp?: readonly RootHolder[];
}

export type RootDraftPlan = Plan<RootHolder>;
export type RootPlan = Plan<RootSigner>;

/** The part of a root file that is signed, as JSON: what holders look at, and sign by `signTuf`. */
export function draftRoot(plan: RootDraftPlan): Uint8Array {
  const keys: Record<string, Json> = {};
  const operators: Record<string, string> = {};
  const list = (holders: readonly RootHolder[]): readonly string[] =>
    holders.map(({ publicKey, operator }) => {
      const key = tufKeyOf(publicKey);
      const keyid = tufKeyidOf(key);
      keys[keyid] = key as unknown as Json;
      operators[keyid] = operator;
      return keyid;
    });
  const role = { keyids: list(plan.keys), threshold: plan.threshold };
  const online = (holders: readonly RootHolder[] | undefined): typeof role =>
    holders === undefined ? role : { keyids: list(holders), threshold: 1 };
  return canonicalJson({
    _type: 'root',
    spec_version: '1.0.31',
    version: plan.version,
    expires: plan.expires,
    consistent_snapshot: true,
    roles: { root: role, targets: role, snapshot: online(plan.snapshot), timestamp: online(plan.timestamp) },
    keys,
    'x-vitrine': { vendor: plan.vendor, operators },
  });
}

/** A root file signed by all of `plan.keys`, where one process holds them: tests and the tour. */
export async function signRoot(plan: RootPlan): Promise<Uint8Array> {
  const keys = plan.keys.map(({ signer: { publicKey }, operator }) => ({ publicKey, operator }));
  const draft = draftRoot({ ...plan, keys });
  return assembleTuf(draft, await Promise.all(plan.keys.map(({ signer }) => signTuf(draft, signer))));
}

/** The bytes of a trust policy, signed by each of `signers` (root keys). */
export async function signPolicy(
  document: TrustPolicyDocument,
  signers: readonly Signer[],
): Promise<Uint8Array> {
  const subject = [{ name: 'trust-policy', digest: { sha256: policyDigest(document) } }];
  return formatEnvelope(
    joinSignatures(
      await Promise.all(signers.map((signer) => signStatement(trustPolicy, subject, document, signer))),
    ),
  );
}

/** The listing of a statement key for the policy. */
export function statementKeyOf(signer: Signer): { readonly keyid: string; readonly publicKey: string } {
  return { keyid: signer.keyid, publicKey: toBase64(signer.publicKey) };
}
