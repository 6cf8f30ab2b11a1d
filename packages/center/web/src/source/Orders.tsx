// How a tree was built: the order's recipe, its materials, and which of them nobody here built from source.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MaterialOfOrder, OrderOfTree } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Text } from './code/Text.tsx';

const text = source.tree;

export function Orders({ orders }: { readonly orders: readonly OrderOfTree[] }): ReactNode {
  return (
    <section>
      <h2>{text.orders}</h2>
      {orders.length === 0 ? (
        <p>{text.noOrders}</p>
      ) : (
        orders.map((order) => <Order key={order.id} order={order} />)
      )}
    </section>
  );
}

function Order({ order }: { readonly order: OrderOfTree }): ReactNode {
  const { index, product, version, platform, sandbox, recipe, parameters, clock, built, root } = order;
  const names = Object.entries(parameters);
  return (
    <article className="card order">
      <h3>
        {product}: {text.order(version, platform)}
      </h3>
      <dl className="facts">
        <dt>{text.entry}</dt>
        <dd>
          <Link to={`/log/entries/${index}`}>{text.entryLink(index)}</Link> <Digest value={order.id} />
        </dd>
        <dt>{text.sandbox}</dt>
        <dd>{sandbox ? text.sandboxYes : text.sandboxNo}</dd>
        <dt>{text.clock}</dt>
        <dd>
          <Time seconds={clock} exact />
        </dd>
        {names.length === 0 ? null : (
          <>
            <dt>{text.parameters}</dt>
            <dd>
              {names.map(([name, value]) => (
                <code key={name} className="spaced">
                  {name}={value}
                </code>
              ))}
            </dd>
          </>
        )}
        {built.length === 0 ? null : (
          <>
            <dt>{text.built}</dt>
            <dd>
              {built.map(({ index: at, outputs }) => (
                <span key={at} className="spaced">
                  <Link to={`/log/entries/${at}`}>{text.entryLink(at)}</Link> <Digest value={outputs} />
                </span>
              ))}
            </dd>
          </>
        )}
      </dl>
      <details>
        <summary>
          {text.recipe} <code>{recipe.path}</code>
        </summary>
        {recipe.text === null ? (
          <p>{text.recipeMissing}</p>
        ) : (
          <pre className="recipe" tabIndex={0}>
            {recipe.text.split('\n').map((line, at) => (
              <div key={at}>
                <Text text={line} />
                {'\n'}
              </div>
            ))}
          </pre>
        )}
      </details>
      <Materials list={order.materials.list} host={root === 'host'} />
    </article>
  );
}

function Materials({
  list,
  host,
}: {
  readonly list: readonly MaterialOfOrder[] | null;
  readonly host: boolean;
}): ReactNode {
  const opaque = list?.filter((one) => one.opaque) ?? [];
  return (
    <>
      <p>
        {list === null ? text.materialsMissing : text.materialsNote(list.length, opaque.length)}
        {host ? ` ${text.host}` : ''}
      </p>
      {list === null || list.length === 0 ? null : (
        <details>
          <summary>{text.materials}</summary>
          <Table
            caption={text.materials}
            columns={[
              { head: text.material, cell: ({ id }) => <code>{id}</code> },
              {
                head: text.kind,
                cell: (one) =>
                  one.opaque ? (
                    <Status mark="warn">{text.opaque}</Status>
                  ) : (
                    <Status mark="none">{text.open}</Status>
                  ),
              },
              { head: text.size, cell: ({ size }) => source.bytes(size), number: true },
              { head: source.file.digest, cell: ({ sha256 }) => <Digest value={sha256} /> },
            ]}
            rows={[...list].sort((a, b) => Number(b.opaque) - Number(a.opaque))}
            keyOf={({ id }) => id}
          />
        </details>
      )}
    </>
  );
}
