// /access: the table in words, as a file, and against the log.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { accessTable, fields, subjectOf, type AccessTableVersion } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv, LoggedEntry, Reader } from '../context.ts';
import { accessSchema, type AccessGrantLine, type AccessPage, type LoggedTable } from '../contract/access.ts';
import { readerTwin } from '../twin.ts';
import type { TableInForce } from './file.ts';
import type { Grant } from './table.ts';

export function addAccess(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  readerTwin(
    app,
    {
      path: '/access',
      summary: 'Who may read which source, and since when the log says so',
      answer: accessSchema,
    },
    (c) => pageOf(context, c.get('reader')),
  );
  app.get('/access/access.toml', (c) => {
    const { file } = context.control.inForce();
    if (file === undefined) throw fail('center.not-found', 'there is no access table');
    return c.body(new Uint8Array(file.bytes), 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="access.toml"',
      'cache-control': 'public, no-cache',
      etag: `"${file.sha256}"`,
    });
  });
}

function pageOf({ control, access, log, clock }: CenterContext, reader: Reader): AccessPage {
  const inForce = control.inForce();
  const { file, table, trouble } = inForce;
  const logged = log
    .entries({ kind: accessTable.kind, newestFirst: true, limit: 50 })
    .filter(({ counts }) => counts)
    .map(loggedTable);
  const products = table?.products ?? [];
  return {
    agreement: agreementOf(inForce, logged[0]),
    file: file === undefined ? null : { sha256: file.sha256, size: file.bytes.length },
    trouble: trouble === undefined ? null : { code: trouble.code, message: trouble.message },
    products: products.map(({ name, critical = [] }) => ({ name, critical })),
    grants: (table?.grants ?? []).map((grant) => lineOf(grant, clock.now())),
    logged,
    mine: products.map(({ name }) => ({ product: name, tier: access.filter(reader, [name]).tier })),
  };
}

function agreementOf({ file }: TableInForce, last: LoggedTable | undefined): AccessPage['agreement'] {
  if (file === undefined) return 'no-table';
  if (last === undefined) return 'never-logged';
  return last.sha256 === file.sha256 ? 'same' : 'differs';
}

function loggedTable({ index, statement }: LoggedEntry): LoggedTable {
  const { size, issuedAt } = statement.predicate as unknown as AccessTableVersion;
  return { index, sha256: subjectOf(statement, 'table') ?? '', size, issuedAt };
}

function lineOf({ who, product, tier, paths, from, until }: Grant, now: number): AccessGrantLine {
  const begun = from === undefined || fields.parseTime(from) * 1_000 <= now;
  const over = until !== undefined && fields.parseTime(until) * 1_000 <= now;
  return {
    who,
    product,
    tier,
    paths: paths ?? null,
    from: from ?? null,
    until: until ?? null,
    state: over ? 'ended' : begun ? 'open' : 'later',
  };
}
