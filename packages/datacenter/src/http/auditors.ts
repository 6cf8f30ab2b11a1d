// Who may read the entries of a ledger: the auditors whose keys the operator listed. A request is signed and
// names ledger, path and time; whoever repeats it within five minutes reads what the auditor read, and only that.

import {
  fields,
  fromBase64,
  isVitrineError,
  requireSignature,
  toBase64,
  utf8,
  type Signer,
} from '@vitrine/evidence';
import { verifySignature } from '@vitrine/host';

/** Keys by keyid: SubjectPublicKeyInfo. */
export type Auditors = ReadonlyMap<string, Uint8Array>;

/** Seconds by which the clocks may differ. */
const window = 300;
const form =
  /^Vitrine keyid="([0-9a-f]{64})", time="([0-9TZ:-]{20})", signature="([A-Za-z0-9+/]{8,4096}={0,2})"$/;

function textOf(origin: string, path: string, time: string): Uint8Array {
  return utf8(`vitrine ledger request v1\n${origin} ${path}\n${time}\n`);
}

/** The value of the Authorization header for one path (`tile/entries/000`) of the ledger of this origin. */
export async function authorizeAudit(
  origin: string,
  path: string,
  seconds: number,
  signer: Signer,
): Promise<string> {
  const time = fields.formatTime(seconds);
  const signature = await signer.sign(textOf(origin, path, time));
  return `Vitrine keyid="${signer.keyid}", time="${time}", signature="${toBase64(signature)}"`;
}

export async function isAuditor(
  header: string | undefined,
  asked: { readonly origin: string; readonly path: string; readonly now: number },
  auditors: Auditors,
): Promise<boolean> {
  const [, keyid = '', time = '', signature = ''] = form.exec(header ?? '') ?? [];
  const spki = auditors.get(keyid);
  // Written so that a time that is none (NaN) is outside of the window.
  if (spki === undefined || !(Math.abs(asked.now - fields.parseTime(time)) <= window)) return false;
  try {
    const text = textOf(asked.origin, asked.path, time);
    await requireSignature(spki, text, fromBase64(signature), verifySignature);
    return true;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}
