import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { helpRows, search } from '../messages/search.ts';
import { Table, type Column } from '../ui/Table.tsx';
import { searchAddress } from './links.ts';

type Row = (typeof helpRows)[number];

const columns: readonly Column<Row>[] = [
  {
    head: search.help.form,
    cell: ([form]) => (
      <Link to={searchAddress(form)}>
        <code>{form}</code>
      </Link>
    ),
  },
  { head: search.help.meaning, cell: ([, meaning]) => meaning },
];

export function QueryHelp({ open }: { readonly open: boolean }): ReactNode {
  return (
    <details className="search-help" open={open}>
      <summary>{search.help.title}</summary>
      <Table caption={search.help.caption} rows={helpRows} keyOf={([form]) => form} columns={columns} />
    </details>
  );
}
