// The statements of an evidence file as claims: proven, signed by a key that the policy lists for
// that kind, valid at the entry's position. Everything else is proven and ignored.

import { fail } from '../codes.ts';
import { inOrder } from '../concurrent.ts';
import { requireEnvelopeSignatures, statementIdOf, type Envelope } from '../dsse.ts';
import { kindOf } from '../kinds.ts';
import type { PolicyKey, TrustPolicy } from '../policy/load.ts';
import { isValidAt } from '../policy/position.ts';
import type { Sha256 } from '../sha256.ts';
import type { VerifySignature } from '../signature.ts';
import { expectKind, statementOf, type Kind, type Statement } from '../statement.ts';
import type { Finding } from './trial.ts';

/** An entry of the log that the caller has proven to be there. */
export interface LoggedStatement {
  readonly envelope: Envelope;
  readonly index: number;
}

export interface Claim<Predicate = unknown> {
  readonly statement: Statement<Predicate>;
  readonly statementId: string;
  readonly kind: string;
  readonly index: number;
  readonly key: PolicyKey;
}

export class Claims {
  readonly all: readonly Claim[];
  /** Why statements were ignored: shown when one of them was needed. */
  readonly ignored: readonly string[];

  constructor(all: readonly Claim[], ignored: readonly string[]) {
    this.all = all;
    this.ignored = ignored;
  }

  of<Predicate>(kind: Kind<Predicate>): readonly Claim<Predicate>[] {
    return this.all.filter((claim): claim is Claim<Predicate> => claim.kind === kind.kind);
  }

  /** The latest claim of a kind that satisfies `wanted`, or a refusal that says what was ignored. */
  require<Predicate>(
    kind: Kind<Predicate>,
    wanted: (claim: Claim<Predicate>) => boolean,
    what: string,
  ): Claim<Predicate> {
    const claim = this.of(kind).findLast(wanted);
    if (claim !== undefined) return claim;
    const because = this.ignored.length === 0 ? '' : ` (ignored: ${this.ignored.slice(0, 3).join('; ')})`;
    throw fail('verdict.claim', `no ${kind.kind} statement ${what}${because}`);
  }
}

export async function requireSigners(
  statements: readonly LoggedStatement[],
  origin: string,
  policy: TrustPolicy,
  verify?: VerifySignature,
  sha256?: Sha256,
): Promise<Finding<Claims>> {
  const judged = await inOrder(
    statements.map(async ({ envelope, index }): Promise<Claim | string> => {
      const key = policy.keys.get(envelope.signatures[0]?.keyid ?? '');
      if (key === undefined) return `entry ${index} is by a key that the policy does not list`;
      // A signature by a listed key that fails is never ignored.
      await requireEnvelopeSignatures(envelope, () => key.spki, verify, sha256);
      const statement = statementOf(envelope);
      const kind = kindOf(statement.predicateType);
      // A provisional form may still change, so a statement of it is not judged yet.
      if (kind === undefined || kind.status === 'provisional') return `entry ${index} is of an unknown kind`;
      if (kind.role !== key.role) return `entry ${index} is a ${kind.kind} by a ${key.role} key`;
      if (!isValidAt(key, { origin, index }, policy.place))
        return `entry ${index} is by a key that was not valid there`;
      return {
        statement: expectKind(statement, kind),
        statementId: statementIdOf(envelope, sha256),
        kind: kind.kind,
        index,
        key,
      };
    }),
  );
  const claims = judged.filter((one) => typeof one !== 'string');
  const ignored = judged.filter((one) => typeof one === 'string');
  const kinds = [...new Set(claims.map(({ kind }) => kind))].join(', ');
  return {
    value: new Claims(claims, ignored),
    detail: `${claims.length} statements by listed keys (${kinds})${ignored.length > 0 ? `, ${ignored.length} ignored` : ''}`,
  };
}
