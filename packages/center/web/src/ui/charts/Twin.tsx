// A chart and the table of the same numbers: who cannot see the one reads the other.

import { useId, useState, type ReactNode } from 'react';
import { common } from '../../messages/common.ts';
import { Table, type Column } from '../Table.tsx';
import './charts.css';

export function ChartWithTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  children,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  readonly children: ReactNode;
}): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <figure className="chart">
      <figcaption>
        <span>{caption}</span>
        <button
          type="button"
          className="chart-switch"
          aria-expanded={asTable}
          aria-controls={id}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? common.chart.chart : common.chart.table}
        </button>
      </figcaption>
      <div id={id}>
        {asTable ? (
          <Table caption={caption} columns={columns} rows={rows} keyOf={keyOf} />
        ) : (
          <div className="chart-scroll">{children}</div>
        )}
      </div>
    </figure>
  );
}
