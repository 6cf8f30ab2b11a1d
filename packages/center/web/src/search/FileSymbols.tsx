// What a file defines, as a list beside it: for the page of a file.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FileSymbols as Data } from '../../../src/contract/search.ts';
import { symbols } from '../messages/search.ts';
import { useAddress } from '../twin.ts';
import { symbolAddress } from './links.ts';
import './search.css';

export function FileSymbols({ tree, path }: { readonly tree: string; readonly path: string }): ReactNode {
  const { data } = useAddress<Data>(
    `/source/${tree}/symbols.json?${new URLSearchParams({ path }).toString()}`,
  );
  if (data === undefined) return null;
  const defined = data.symbols.filter(({ role }) => role === 'definition');
  return (
    <nav className="file-symbols" aria-label={symbols.outline}>
      {data.state === 'done' ? null : (
        <p className="lead">
          {symbols.states[data.state]} {data.fault}
        </p>
      )}
      {defined.length === 0 && data.state === 'done' ? <p className="lead">{symbols.noSymbols}</p> : null}
      <ul>
        {defined.map(({ name, kind, line, column }) => (
          <li key={`${line} ${column}`}>
            <Link to="." search={true} hash={`L${line}`}>
              <code>{name}</code>
            </Link>
            <Link className="file-symbols-uses" to={symbolAddress(tree, name, { path, line })}>
              {symbols.references}
              <span className="visually-hidden"> {name}</span>
            </Link>
            <span className="lead">{kind}</span>
          </li>
        ))}
      </ul>
    </nav>
  );
}
