// What a key may sign. A signer is told once, when it starts; from then on it judges each message itself,
// so that whoever asks it, a compromised builder too, gets a builder's statements signed and nothing else.

import {
  equal,
  expectKind,
  inTotoPayload,
  isVitrineError,
  kindOf,
  parseCanonicalJson,
  parseStatement,
  preAuthEncoding,
  roles,
  utf8,
  type Role,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { requestBytes } from './frames.ts';

/** One TUF role, or any of them: a vendor's online keys sign one each. */
const tufGrants = ['tuf', 'tuf-targets', 'tuf-snapshot', 'tuf-timestamp'] as const;
type TufGrant = (typeof tufGrants)[number];

/** A role of the trust policy: the statement kinds of that role. The others are what their names say. */
export type Grant = Role | TufGrant | 'source-request' | 'access-request' | 'halves';

/** One or more grants, with commas between: `builder`, or `rebuilder,source-request`. */
export function parseGrants(text: string): readonly Grant[] {
  const known: readonly string[] = [...roles, ...tufGrants, 'source-request', 'access-request', 'halves'];
  const words = text.split(',');
  for (const word of words) {
    if (!known.includes(word))
      throw fail('signer.grant', `a key signs for ${known.join(', ')}; not for "${word.slice(0, 40)}"`);
  }
  // A TUF file and a statement could otherwise be signed by one key, and each role has its own (D4).
  if (words.some(isTuf) && words.length > 1)
    throw fail('signer.grant', 'a key for TUF metadata signs nothing else');
  if (words.includes('halves') && words.length > 1)
    throw fail('signer.grant', 'a secret that opens halves signs nothing');
  return words as readonly Grant[];
}

function isTuf(word: string): word is TufGrant {
  return tufGrants.some((grant) => grant === word);
}

/** Answers what is signed, in words; throws `signer.refused` for everything that the grants do not cover. */
export function requireGranted(message: Uint8Array, grants: readonly Grant[]): string {
  try {
    const tuf = grants.find(isTuf);
    if (tuf !== undefined) return tufRole(message, tuf);
    if (startsWith(message, 'vitrine source request v1\n')) return sourceRequest(message, grants);
    if (startsWith(message, accessRequestStart)) return accessRequest(message, grants);
    return statement(message, grants);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('signer.refused', cause.message, { cause, at: cause.at });
  }
}

function startsWith(message: Uint8Array, text: string): boolean {
  return equal(message.subarray(0, text.length), utf8(text));
}

/** The pre-authentication encoding of exactly one canonical statement of a kind of a granted role. */
function statement(message: Uint8Array, grants: readonly Grant[]): string {
  const head = Buffer.from(message.subarray(0, 64)).toString('latin1');
  const [start] = /^DSSEv1 28 application\/vnd\.in-toto\+json [0-9]{1,7} /.exec(head) ?? [];
  if (start === undefined) throw fail('signer.refused', 'not the encoding of a statement');
  const payload = message.subarray(start.length);
  if (!equal(preAuthEncoding(inTotoPayload, payload), message))
    throw fail('signer.refused', 'the encoding announces another length');
  const parsed = parseStatement(payload);
  const kind = kindOf(parsed.predicateType);
  if (kind === undefined) throw fail('signer.refused', 'a statement of no known kind');
  expectKind(parsed, kind);
  if (!grants.includes(kind.role))
    throw fail('signer.refused', `${kind.kind} statements are for the role ${kind.role}`);
  return kind.kind;
}

const accessRequestType = 'application/vnd.vitrine.access-request+json';
const accessRequestStart = `DSSEv1 ${accessRequestType.length} ${accessRequestType} `;

/** The pre-authentication encoding of a request for access to records. */
function accessRequest(message: Uint8Array, grants: readonly Grant[]): string {
  if (!grants.includes('access-request'))
    throw fail('signer.refused', 'this key does not ask for access to records');
  const [start = ''] =
    /^DSSEv1 [0-9]+ [!-~]+ [0-9]{1,7} /.exec(Buffer.from(message.subarray(0, 128)).toString('latin1')) ?? [];
  const payload = message.subarray(start.length);
  if (!equal(preAuthEncoding(accessRequestType, payload), message))
    throw fail('signer.refused', 'the encoding announces another length');
  parseCanonicalJson(payload);
  return 'access-request';
}

const tufTypes: readonly string[] = ['root', 'targets', 'snapshot', 'timestamp'];

/** The canonical bytes of `signed` of a TUF metadata file. */
function tufRole(message: Uint8Array, grant: TufGrant): string {
  const value = parseCanonicalJson(message, { bytes: requestBytes, depth: 32 });
  const type = typeof value === 'object' && value !== null && '_type' in value ? value['_type'] : undefined;
  if (typeof type !== 'string' || !tufTypes.includes(type))
    throw fail('signer.refused', 'not the signed part of TUF metadata');
  if (grant !== 'tuf' && grant !== `tuf-${type}`)
    throw fail('signer.refused', `a key for ${grant} signs no ${type}`);
  return `tuf ${type}`;
}

const sourceRequestForm =
  /^vitrine source request v1\n(?:GET|HEAD) [!-~]{1,300} \/(?:[!-~]{0,1000}\/)?source\/[0-9a-f]{64}\n[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\n$/;

function sourceRequest(message: Uint8Array, grants: readonly Grant[]): string {
  const text = message.length > 2048 ? '' : Buffer.from(message).toString('latin1');
  if (!grants.includes('source-request')) throw fail('signer.refused', 'this key does not ask for source');
  if (!sourceRequestForm.test(text)) throw fail('signer.refused', 'not a request for source');
  return 'source-request';
}
