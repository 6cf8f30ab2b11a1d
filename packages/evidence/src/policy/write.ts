// Writing what `loadRoot` and `loadPolicy` read. Signers are arguments; no private key is in reach.

import { toBase64, toHex, utf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { fail } from '../codes.ts';
import { formatEnvelope, joinSignatures } from '../dsse.ts';
import type { Json } from '../json.ts';
import type { Signer } from '../signer.ts';
import { parseSpki } from '../spki.ts';
import { signStatement } from '../statement.ts';
import { trustPolicy, type TrustPolicyDocument } from './document.ts';
import { policyDigest } from './load.ts';
import { tufKeyidOf } from './root.ts';

export interface RootSigner {
  readonly signer: Signer;
  readonly operator: string;
}

export interface RootPlan {
  readonly version: number;
  /** RFC 3339, whole seconds. */
  readonly expires: string;
  readonly threshold: number;
  /** The operator identifier of the vendor. */
  readonly vendor: string;
  readonly keys: readonly RootSigner[];
}

function tufKey({ signer }: RootSigner): { keytype: string; scheme: string; keyval: { public: string } } {
  const { scheme, raw } = parseSpki(signer.publicKey);
  if (scheme === 'ed25519') return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(raw) } };
  if (scheme !== 'ecdsa-p256') throw fail('root.key', `a ${scheme} key cannot be a root key`);
  const lines = toBase64(signer.publicKey).match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
  return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem } };
}

/** The bytes of a TUF root file, signed by all of `plan.keys`. The same keys hold every top-level role. */
export async function signRoot(plan: RootPlan): Promise<Uint8Array> {
  const keys: Record<string, Json> = {};
  const operators: Record<string, string> = {};
  const keyids: string[] = [];
  for (const holder of plan.keys) {
    const key = tufKey(holder);
    const keyid = tufKeyidOf(key);
    keys[keyid] = key;
    operators[keyid] = holder.operator;
    keyids.push(keyid);
  }
  const role = { keyids, threshold: plan.threshold };
  const signed: Json = {
    _type: 'root',
    spec_version: '1.0.31',
    version: plan.version,
    expires: plan.expires,
    consistent_snapshot: true,
    keys,
    roles: { root: role, targets: role, snapshot: role, timestamp: role },
    'x-vitrine': { vendor: plan.vendor, operators },
  };
  const message = canonicalJson(signed);
  const signatures = await Promise.all(
    plan.keys.map(async ({ signer }, i) => ({
      keyid: keyids[i] as string,
      sig: toHex(await signer.sign(message)),
    })),
  );
  return utf8(`${JSON.stringify({ signatures, signed }, null, 1)}\n`);
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
