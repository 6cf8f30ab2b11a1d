import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { search } from '../messages/search.ts';
import { Table } from '../ui/Table.tsx';
import { searchAddress } from './links.ts';

export function QueryHelp({ open }: { readonly open: boolean }): ReactNode {
  return (
    <details className="search-help" open={open}>
      <summary>{search.help.title}</summary>
      <Table
        caption={search.help.caption}
        rows={search.help.rows}
        keyOf={([form]) => form}
        columns={[
          {
            head: search.help.form,
            cell: ([form]) => (
              <Link to={searchAddress(form)}>
                <code>{form}</code>
              </Link>
            ),
          },
          { head: search.help.meaning, cell: ([, meaning]) => meaning },
        ]}
      />
    </details>
  );
}
