// The signed request for a source object (D15, docs/spec/source-request.md): who asks for what, where
// and when. It opens source to the holders of the policy's keys without accounts or secrets.

import { formatTime, fromBase64, toBase64, utf8, type Signer } from '@vitrine/evidence';
import { fail } from './codes.ts';

/** What is asked for. */
export interface SourceTarget {
  readonly method: string;
  /** As in the address: lower case, with the port unless it is the scheme's own. */
  readonly host: string;
  /** As sent, from the first slash. */
  readonly path: string;
}

export interface SourceAuthorization {
  readonly keyid: string;
  readonly time: string;
  readonly signature: Uint8Array;
}

/**
 * The signed bytes. No other signed text of Vitrine begins with these words: statements begin with
 * `DSSEv1 `, TUF metadata with a brace, and notes are signed by keys of their own.
 */
export function sourceRequestText({ method, host, path }: SourceTarget, time: string): Uint8Array {
  return utf8(`vitrine source request v1\n${method} ${host} ${path}\n${time}\n`);
}

/** The value of the Authorization header; `seconds` since 1970. */
export async function authorizeSource(
  target: SourceTarget,
  seconds: number,
  signer: Signer,
): Promise<string> {
  const time = formatTime(seconds);
  const signature = await signer.sign(sourceRequestText(target, time));
  return `Vitrine keyid="${signer.keyid}", time="${time}", signature="${toBase64(signature)}"`;
}

const form =
  /^Vitrine keyid="([0-9a-f]{64})", time="([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)", signature="([A-Za-z0-9+/]{8,4096}={0,2})"$/;

/** One spelling is accepted, so that nothing has to be decided about others. */
export function parseAuthorization(header: string | undefined): SourceAuthorization {
  if (header === undefined) throw fail('source-request.absent', 'source is for holders of a policy key');
  const [, keyid, time, signature] = form.exec(header) ?? [];
  if (keyid === undefined || time === undefined || signature === undefined) throw malformed();
  try {
    return { keyid, time, signature: fromBase64(signature) };
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): Error {
  return fail(
    'source-request.malformed',
    'the Authorization is not Vitrine keyid="…", time="…", signature="…"',
    { cause },
  );
}
