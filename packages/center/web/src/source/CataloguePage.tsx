import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Catalogue, CatalogueTree } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { FolderLink } from './paths.tsx';
import './source.css';

const text = source.catalogue;
const marks = { none: 'none', overview: 'info', critical: 'info', everything: 'ok' } as const;

export function CataloguePage(): ReactNode {
  const twin = useTwin<Catalogue>();
  return (
    <Page title={text.title} lead={text.lead} twin={twin}>
      {({ products }) =>
        products.length === 0 ? (
          <Empty title={text.empty}>
            <p>{text.emptyText}</p>
            <p>
              <Link to="/access">{text.access}</Link>
            </p>
          </Empty>
        ) : (
          products.map(({ product, tier, trees }) => (
            <section key={product} aria-labelledby={`product-${product}`}>
              <h2 id={`product-${product}`}>{product}</h2>
              <p>
                <Status mark={marks[tier]}>{text.tier[tier]}</Status> <Link to="/access">{text.why}</Link>
              </p>
              <Table
                caption={text.caption(product)}
                columns={columnsOf(trees)}
                rows={trees}
                keyOf={({ tree }) => tree}
              />
            </section>
          ))
        )
      }
    </Page>
  );
}

function columnsOf(trees: readonly CatalogueTree[]): readonly Column<CatalogueTree>[] {
  return [
    {
      head: text.version,
      cell: ({ tree, versions }) => (
        <FolderLink tree={tree} path="">
          {source.versions(versions)}
        </FolderLink>
      ),
    },
    { head: text.tree, cell: ({ tree }) => <Digest value={tree} /> },
    {
      head: text.size,
      cell: ({ files, bytes }) => `${source.files(files)}, ${source.bytes(bytes)}`,
      number: true,
    },
    {
      head: text.released,
      cell: ({ releases }) =>
        releases.length === 0 ? (
          <span className="muted">{text.notReleased}</span>
        ) : (
          releases.map(({ channel, platform, sequence, seenAt, product }) => (
            <div key={`${channel} ${platform} ${sequence}`}>
              <Link to={`/releases/${product}/${channel}/${sequence}`}>
                {channel} {sequence}
              </Link>{' '}
              <Time seconds={seenAt} />
            </div>
          ))
        ),
    },
    {
      head: text.entry,
      cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
      number: true,
    },
    {
      head: text.compare,
      cell: ({ tree }) => {
        const before = trees[trees.findIndex((one) => one.tree === tree) + 1];
        return before === undefined ? null : (
          <Link to="/source/compare" search={{ from: before.tree, to: tree } as never}>
            {text.compareWith(source.versions(before.versions))}
          </Link>
        );
      },
    },
  ];
}
