// What a supervisor's address answers (docs/spec/supervisor-http.md), as far as it is shown. Closed where it
// is an identifier, open to members that later versions add, bounded everywhere.

import { fields, jsonLimits, schema, type Schema } from '@vitrine/evidence';

const { object, list, integer, nullable, text, record, oneOf } = schema;
const open = { open: true } as const;
const line = (most: number): Schema<string> => text(/^[^\p{Cc}]*$/u, most, 'a line of text');
/** Only shown, so no reason is too long to take the rest of an answer, which is bounded as a whole. */
const said: Schema<string> = text(/^[^]*$/, jsonLimits.bytes, 'a reason');
const reason: Schema<string | null> = nullable(said);

export interface SupervisorStatus {
  readonly operator: string;
  readonly node: string;
  readonly isolation: string;
  readonly log: {
    readonly origin: string;
    readonly size: number | null;
    readonly read: number;
    readonly time: string | null;
    readonly trouble: string | null;
  };
  readonly rebuilds: readonly {
    readonly order: string;
    readonly index: number;
    readonly result: string;
    readonly blind: boolean;
    readonly outputs: string | null;
    readonly trouble: string | null;
  }[];
  readonly unlogged: number;
  readonly signed: number;
  readonly findings: Readonly<Record<'note' | 'minor' | 'major' | 'critical', number>>;
  readonly peers: Readonly<Record<string, string>>;
}

export const statusAnswer: Schema<SupervisorStatus> = object(
  {
    operator: fields.name,
    node: line(100),
    isolation: line(100),
    log: object(
      {
        origin: fields.origin,
        size: nullable(integer(0)),
        read: integer(0),
        time: nullable(fields.time),
        trouble: reason,
      },
      {},
      open,
    ),
    rebuilds: list(
      object(
        {
          order: fields.statementId,
          index: integer(0),
          result: oneOf('queued', 'built', 'reproduced', 'differs', 'cannot-build', 'void'),
          blind: schema.flag,
          outputs: nullable(fields.sha256Hex),
          trouble: reason,
        },
        {},
        open,
      ),
      { most: 500 },
    ),
    unlogged: integer(0),
    signed: integer(0),
    findings: object(
      { note: integer(0), minor: integer(0), major: integer(0), critical: integer(0) },
      {},
      open,
    ),
    peers: record(/^https?:\/\/[!-~]{1,300}$/, said, 64),
  },
  {},
  open,
);

export interface ListedStatement {
  readonly n: number;
  readonly id: string;
  readonly kind: string;
}

export const statementsAnswer: Schema<{ readonly statements: readonly ListedStatement[] }> = object({
  statements: list(object({ n: integer(1), id: fields.statementId, kind: line(64) }, {}, open), {
    most: 1_000,
  }),
});

export interface SignedVersion {
  readonly role: string;
  readonly version: number;
  readonly sha256: string;
  readonly at: string;
}

export const signedAnswer: Schema<readonly SignedVersion[]> = list(
  object({ role: line(128), version: integer(1), sha256: fields.sha256Hex, at: fields.time }, {}, open),
  { most: 100_000 },
);
