// Conditions of what goes after records went.

import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Tables } from './tables.ts';

/** A report whose records are all gone. They follow each other, so no index by report is needed. */
export function hasNoRecord(eb: ExpressionBuilder<Tables, 'report'>): Expression<SqlBool> {
  const records = eb
    .selectFrom('record')
    .select('record.idx')
    .whereRef('record.idx', '>=', 'report.first')
    .where((inner) =>
      inner('record.idx', '<', inner(inner.ref('report.first'), '+', inner.ref('report.count'))),
    );
  return eb.not(eb.exists(records));
}

/** A key of the day under which no report is left. */
export function opensNothing(eb: ExpressionBuilder<Tables, 'day_key'>): Expression<SqlBool> {
  const reports = eb
    .selectFrom('report')
    .select('report.first')
    .whereRef('report.day_key', '=', 'day_key.ref');
  return eb.not(eb.exists(reports));
}
