// An envelope in canonical form has one layout (D9). Reading it by that layout takes a fraction of
// the time of a general parser, and under load that is what a log does most. Whatever does not fit
// goes to the parser of `evidence`, which says what is wrong with it.

import { entryLimit, fromBase64, parseEnvelope, payloadOf, type Envelope } from '@vitrine/evidence';

export interface OpenEnvelope {
  readonly envelope: Envelope;
  readonly payload: Uint8Array;
  readonly keyid: string;
  readonly signature: Uint8Array;
}

/** Accepts exactly what `parseEnvelope` accepts, and throws what it throws. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope {
  return readLayout(bytes) ?? parse(bytes);
}

const start = '{"payload":"';
/** What follows the payload: its type, and one signature. */
const rest =
  /^","payloadType":"([a-z0-9.+-]+\/[a-z0-9.+-]+)","signatures":\[\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]+={0,2})"\}\]\}$/;

function readLayout(bytes: Uint8Array): OpenEnvelope | undefined {
  if (bytes.length > entryLimit) return undefined;
  // One character for each byte: none above 127 is in the pattern, or survives its own decoding.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const end = text.indexOf('"', start.length);
  if (end <= start.length || !text.startsWith(start)) return undefined;
  const [, payloadType = '', keyid = '', sig = ''] = rest.exec(text.slice(end)) ?? [];
  if (keyid === '' || payloadType.length > 100) return undefined;
  const encoded = text.slice(start.length, end);
  const payload = strictBase64(encoded);
  const signature = strictBase64(sig);
  if (payload === undefined || signature === undefined) return undefined;
  return {
    envelope: { payload: encoded, payloadType, signatures: [{ keyid, sig }] },
    payload,
    keyid,
    signature,
  };
}

/** Node's decoder is lenient: what it decodes must be written the same again. */
function strictBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return undefined;
  // Not a Buffer: whoever takes a slice of it expects a copy.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function parse(bytes: Uint8Array): OpenEnvelope {
  const envelope = parseEnvelope(bytes);
  const [{ keyid, sig }] = envelope.signatures as readonly [Envelope['signatures'][number]];
  return { envelope, payload: payloadOf(envelope), keyid, signature: fromBase64(sig) };
}
