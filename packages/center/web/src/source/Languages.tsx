import type { ReactNode } from 'react';
import type { TreePage } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { Table } from '../ui/Table.tsx';

const text = source.tree;
const most = 8;

/** A bar that says nothing that the table under it does not say. */
export function Languages({ languages }: { readonly languages: TreePage['languages'] }): ReactNode {
  const all = languages.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all === 0) return null;
  const share = (bytes: number): string => `${((bytes / all) * 100).toFixed(1)} %`;
  let at = 0;
  return (
    <section>
      <h2>{text.languages}</h2>
      <svg className="languages" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {languages.slice(0, most).map(({ name, bytes }, i) => {
          const width = (bytes / all) * 1000;
          const x = at;
          at += width;
          return (
            <rect
              key={name}
              className={`language-${i}`}
              x={x}
              y={0}
              width={Math.max(width - 2, 1)}
              height={10}
            />
          );
        })}
      </svg>
      <details>
        <summary>
          {languages
            .slice(0, 5)
            .map(({ name, bytes }) => `${name} ${share(bytes)}`)
            .join(', ')}
        </summary>
        <Table
          caption={text.languagesNote}
          columns={[
            { head: text.language, cell: ({ name }) => name },
            { head: text.share, cell: ({ bytes }) => share(bytes), number: true },
            { head: text.size, cell: ({ bytes }) => source.bytes(bytes), number: true },
            { head: text.files, cell: ({ files }) => files.toLocaleString('en'), number: true },
          ]}
          rows={languages}
          keyOf={({ name }) => name}
        />
      </details>
    </section>
  );
}
