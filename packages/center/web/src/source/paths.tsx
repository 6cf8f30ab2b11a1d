// Names of files as readers see them: decoded where they are UTF-8, with marks for what could deceive, and
// as %XX where they are not.

import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { markedCharacter, markOf } from '../../../src/contract/characters.ts';
import { source } from '../messages/source.ts';
import { Text } from './code/Text.tsx';

export function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded).replaceAll(/[\t\n]/g, (one) =>
      one === '\n' ? '[U+000A]' : '[U+0009]',
    );
  } catch {
    return encoded;
  }
}

/** For titles and labels, which hold text alone. */
export function plainName(encoded: string): string {
  return decodeName(encoded).replaceAll(markedCharacter, (one) => `[${markOf(one).label}]`);
}

export function Name({ path }: { readonly path: string }): ReactNode {
  return (
    <bdi className="path-name">
      <Text text={decodeName(path)} />
    </bdi>
  );
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export type View = 'file' | 'history' | 'blame';

export const sourceAddress = (tree: string, what: string, path: string): string =>
  `/source/${tree}/${what}?path=${encodeURIComponent(path)}`;

export function FileLink({
  tree,
  path,
  view = 'file',
  hash,
  children,
}: {
  readonly tree: string;
  readonly path: string;
  readonly view?: View;
  readonly hash?: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <Link to={`/source/${tree}/${view}`} search={{ path } as never} {...(hash === undefined ? {} : { hash })}>
      {children ?? <Name path={fileName(path)} />}
    </Link>
  );
}

export function FolderLink({
  tree,
  path,
  children,
}: {
  readonly tree: string;
  readonly path: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <Link to={`/source/${tree}`} search={(path === '' ? {} : { path }) as never}>
      {children ?? <Name path={fileName(path)} />}
    </Link>
  );
}

/** From the catalogue to here, each step a link. */
export function Crumbs({
  tree,
  label,
  path,
  last = 'file',
}: {
  readonly tree: string;
  /** Product and version. */
  readonly label: string;
  readonly path: string;
  readonly last?: 'file' | 'folder';
}): ReactNode {
  const names = path === '' ? [] : path.split('/');
  return (
    <nav className="crumbs" aria-label={source.showing}>
      <Link to="/source">{source.home}</Link>
      <span aria-hidden="true">/</span>
      {names.length === 0 ? (
        <span>{label}</span>
      ) : (
        <FolderLink tree={tree} path="">
          {label}
        </FolderLink>
      )}
      {names.map((name, at) => {
        const here = names.slice(0, at + 1).join('/');
        const isLast = at === names.length - 1;
        return (
          <Fragment key={here}>
            <span aria-hidden="true">/</span>
            {isLast ? (
              <strong aria-current={last === 'file' ? 'page' : 'location'}>
                <Name path={name} />
              </strong>
            ) : (
              <FolderLink tree={tree} path={here}>
                <Name path={name} />
              </FolderLink>
            )}
          </Fragment>
        );
      })}
    </nav>
  );
}

/** `sample 1.2.0`. */
export function labelOf({
  products,
  versions,
}: {
  readonly products: readonly string[];
  readonly versions: readonly string[];
}): string {
  return `${products.join(', ')} ${source.versions(versions)}`;
}
