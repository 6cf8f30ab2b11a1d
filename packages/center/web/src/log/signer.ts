// Who signed an entry. By the policy first, as every monitor judges; a key that the policy does not name is
// looked up in the admission list of the log: what such a key signs counts for nothing, but that it signed can
// be checked.

import {
  admissionSchema,
  fromBase64,
  judgeEntry,
  keyidOf,
  parseCanonicalJson,
  payloadOf,
  preAuthEncoding,
  requireListedSignature,
  sha256,
  type Envelope,
  type ListedSigner,
  type Objection,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { EntryDetail } from '../../../src/contract/log.ts';
import { wrong, type ReadFile } from './tiles.ts';

export interface Signed {
  readonly id: string | undefined;
  readonly keyid: string | undefined;
  /** Who lists the key. `nobody`: its signature cannot be checked. Undefined: there is no signature. */
  readonly by: 'policy' | 'root' | 'admission' | 'nobody' | undefined;
  readonly operator: string | undefined;
  readonly role: string | undefined;
  /** D10: the key is listed for this kind at this place. */
  readonly counts: boolean;
  readonly objection: Objection | undefined;
}

/** What a page says of the signer of an entry. */
export type ShownSigner = Pick<EntryDetail['entry'], 'operator' | 'role' | 'counts' | 'objection'> &
  Pick<EntryDetail, 'key'>;

/** Throws where a listed key did not make the signature, or where the page shows another signer. */
export async function requireSigner(
  entry: { readonly index: number; readonly bytes: Uint8Array },
  policy: TrustPolicy,
  read: ReadFile,
  shown: ShownSigner | undefined,
): Promise<Signed> {
  const judged = await judgeEntry(entry, policy);
  const { envelope, id, keyid, operator, role, objection } = judged;
  if (objection === 'bad-signature')
    throw wrong('envelope.signature', `the key ${keyid} of ${operator} did not make this signature`);
  if (shown !== undefined) requireShown(shown, { keyid, operator, role, objection }, policy);
  const found = { id, keyid, role, objection, counts: objection === undefined };
  if (envelope === undefined || keyid === undefined) return { ...found, by: undefined, operator };
  if (operator !== undefined) return { ...found, by: policy.keys.has(keyid) ? 'policy' : 'root', operator };
  const admitted = await admittedSigner(read, policy, keyid, judged.kind?.kind);
  if (admitted === undefined) return { ...found, by: 'nobody', operator };
  await requireSignatureBy(envelope, admitted);
  return { ...found, by: 'admission', operator: admitted.operator };
}

export async function requireSignatureBy(envelope: Envelope, signer: ListedSigner): Promise<void> {
  const message = preAuthEncoding(envelope.payloadType, payloadOf(envelope));
  await requireListedSignature(signer, message, fromBase64(envelope.signatures[0]?.sig ?? ''));
}

export interface AdmittedSigner extends ListedSigner {
  readonly operator: string;
}

/** The list holds at most 11,000 keys; a log publishes no longer one (docs/spec/admission.md). */
const listBytes = 8 << 20;

/** Undefined where the log lists no such key, or not for this kind. What the list says is no trust decision. */
export async function admittedSigner(
  read: ReadFile,
  policy: TrustPolicy,
  keyid: string,
  kind: string | undefined,
): Promise<AdmittedSigner | undefined> {
  const bytes = await read('admission.json', listBytes);
  if (bytes === undefined) return undefined;
  const list = admissionSchema.check(parseCanonicalJson(bytes, { bytes: listBytes, depth: 5 }));
  if (list.origin !== policy.document.log.origin)
    throw wrong('admission.origin', `the admission list is of the log "${list.origin}"`);
  // What the operator says of a key stands, whatever a Center says of it.
  const key = [...list.keys, ...(list.reviewers ?? [])].find((one) => one.keyid === keyid);
  if (key === undefined || (kind !== undefined && !key.kinds.includes(kind))) return undefined;
  const spki = fromBase64(key.publicKey);
  if (keyidOf(spki, sha256) !== keyid)
    throw wrong('admission.key', `the key listed as ${keyid} has another digest`);
  return { spki, webauthn: key.webauthn, operator: key.operator };
}

/** Field by field: the page has it from the Center, and it must be what the policy says. */
function requireShown(
  { operator, role, counts, objection, key }: ShownSigner,
  found: Pick<Signed, 'keyid' | 'operator' | 'role' | 'objection'>,
  policy: TrustPolicy,
): void {
  const listed = policy.keys.get(found.keyid ?? '');
  const due = {
    operator: found.operator ?? null,
    role: found.role ?? null,
    counts: found.objection === undefined,
    objection: found.objection ?? null,
    'keyid of the key': found.operator === undefined ? null : (found.keyid ?? null),
    'operator of the key': found.operator ?? null,
    'role of the key': found.role ?? null,
    organisation: policy.operators.get(found.operator ?? '')?.name ?? null,
    'first entry of the key': listed?.from.index ?? null,
    'end of the key': listed?.until?.index ?? null,
  };
  const shown: typeof due = {
    operator,
    role,
    counts,
    objection,
    'keyid of the key': key?.keyid ?? null,
    'operator of the key': key?.operator ?? null,
    'role of the key': key?.role ?? null,
    organisation: key?.organisation ?? null,
    'first entry of the key': key?.from ?? null,
    'end of the key': key?.until ?? null,
  };
  for (const name of Object.keys(due) as (keyof typeof due)[])
    if (due[name] !== shown[name])
      throw wrong(
        'check.shown',
        `this page shows as ${name} "${String(shown[name])}"; by the policy it is "${String(due[name])}"`,
      );
}
