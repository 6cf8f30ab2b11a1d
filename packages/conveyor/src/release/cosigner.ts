// A supervisor as the vendor asks it for its signature on a delegated role (D15).

import { parseJson, schema, isVitrineError, type TufSignature } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';

export interface Cosigner {
  readonly operator: string;
  /** Asks once; the same role again gets the same signature. Throws only for faults of our own. */
  cosign(name: string, role: Uint8Array, signal?: AbortSignal): Promise<CosignAnswer>;
  /** The last version of a role that it says it has signed; undefined where it cannot be asked. */
  last(role: string): Promise<number | undefined>;
}

export type CosignAnswer =
  | { readonly kind: 'signed'; readonly signature: TufSignature }
  /** Not yet: its rebuild or the evidence is outstanding. Ask again. */
  | { readonly kind: 'pending'; readonly reason: string }
  /** Not this role, whatever happens. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

const signed = schema.object({
  keyid: schema.text(/^[0-9a-f]{64}$/, 64, 'a keyid'),
  sig: schema.text(/^[0-9a-f]{2,160}$/, 160, 'a signature in hex'),
});
const refused = schema.object(
  {
    error: schema.object(
      {
        code: schema.text(/^[a-z][a-z0-9.-]{0,63}$/, 64, 'a code'),
        message: schema.text(/^[^\0]*$/, 4096, 'a message'),
      },
      {},
      { open: true },
    ),
  },
  {},
  { open: true },
);

const signedList = schema.list(
  schema.object(
    { role: schema.text(/^[!-~]{1,128}$/, 128, 'a role'), version: schema.integer(1) },
    {},
    { open: true },
  ),
  { most: 100_000 },
);

/** `url`: where the supervisor's own service answers; it has `POST /role`. */
export function httpCosigner(operator: string, url: string, timeoutMs = 30_000): Cosigner {
  const base = url.replace(/\/$/, '');
  return {
    operator,
    async last(role) {
      try {
        const { bytes } = await fetchBytes(`${base}/signed`, { maxBytes: 8 << 20, timeoutMs });
        const signedRoles = signedList.check(parseJson(bytes, { bytes: 8 << 20, depth: 8 }));
        return Math.max(0, ...signedRoles.filter((one) => one.role === role).map(({ version }) => version));
      } catch (error) {
        if (isVitrineError(error)) return undefined;
        throw error;
      }
    },
    // A role file does not hold its own name.
    async cosign(name, role, signal) {
      try {
        const { status, bytes } = await fetchBytes(`${base}/role?name=${encodeURIComponent(name)}`, {
          method: 'POST',
          body: role,
          headers: { 'content-type': 'application/json' },
          maxBytes: 65_536,
          timeoutMs,
          expectStatus: 'any',
          signal,
        });
        return answerOf(status, bytes);
      } catch (error) {
        // What it answers is text of a stranger; what does not parse is no answer.
        if (isVitrineError(error)) return { kind: 'unreachable', reason: `${error.message} (${error.code})` };
        throw error;
      }
    },
  };
}

function answerOf(status: number, bytes: Uint8Array): CosignAnswer {
  if (status === 200) return { kind: 'signed', signature: signed.check(parseJson(bytes)) };
  if (status >= 500 || status === 429) return { kind: 'unreachable', reason: `it answered ${status}` };
  const { code, message } = refused.check(parseJson(bytes)).error;
  return status === 409
    ? { kind: 'pending', reason: `${message} (${code})` }
    : { kind: 'refused', code, reason: message };
}
