import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SearchFile, SearchLine, SearchPage, SearchRelease } from '../../../src/contract/search.ts';
import { search } from '../messages/search.ts';
import { Text } from '../source/code/Text.tsx';
import { FileLink, Name, plainName } from '../source/paths.tsx';
import { searchAddress } from './links.ts';

export function Results({ data }: { readonly data: SearchPage }): ReactNode {
  return (
    <section className="search-results" aria-label={search.results}>
      <ol start={(data.page - 1) * 20 + 1}>
        {data.results.map((file) => (
          <li key={`${file.tree} ${file.path}`}>
            <File file={file} />
          </li>
        ))}
      </ol>
      <Pages data={data} />
    </section>
  );
}

function File({ file }: { readonly file: SearchFile }): ReactNode {
  const shown = file.chunks.flat().filter(({ ranges }) => ranges.length > 0);
  return (
    <article className="search-file" aria-label={plainName(file.path)}>
      <header>
        <h2>
          {shown.length === 0 ? (
            <Link className="hit" to={`/source/${file.tree}/file`} search={{ path: file.path } as never}>
              <Name path={file.path} />
            </Link>
          ) : (
            <FileLink tree={file.tree} path={file.path}>
              <Name path={file.path} />
            </FileLink>
          )}
        </h2>
        <p>
          <span>{file.matches === 0 ? search.nameOnly : search.matches(file.matches)}</span>
          <span>{file.language}</span>
          <Releases releases={file.releases} />
        </p>
      </header>
      {file.chunks.map((chunk) => (
        <Chunk key={chunk[0]?.number} tree={file.tree} path={file.path} chunk={chunk} />
      ))}
      {file.matches > shown.length && shown.length > 0 ? (
        <p className="search-more">{search.moreLines(file.matches - shown.length)}</p>
      ) : null}
      {file.also.length === 0 ? null : (
        <p className="search-more">
          {search.alsoAt}{' '}
          {file.also.map(({ tree, path }, at) => (
            <span key={`${tree} ${path}`}>
              {at === 0 ? '' : ', '}
              <FileLink tree={tree} path={path}>
                <Name path={path} />
              </FileLink>
            </span>
          ))}
        </p>
      )}
    </article>
  );
}

function Chunk({
  tree,
  path,
  chunk,
}: {
  readonly tree: string;
  readonly path: string;
  readonly chunk: readonly SearchLine[];
}): ReactNode {
  return (
    <div className="search-chunk">
      {chunk.map((line) => (
        <div
          key={line.number}
          className={line.ranges.length > 0 ? 'search-line search-match' : 'search-line'}
        >
          {line.ranges.length > 0 ? (
            <Link
              className="hit"
              to={`/source/${tree}/file`}
              search={{ path } as never}
              hash={`L${line.number}`}
              aria-label={search.line(line.number)}
            >
              {line.number}
            </Link>
          ) : (
            <span aria-hidden="true">{line.number}</span>
          )}
          <code>
            {line.from > 0 ? '…' : ''}
            <Text text={line.text} ranges={line.ranges} />
            {line.more ? '…' : ''}
          </code>
        </div>
      ))}
    </div>
  );
}

const shownReleases = 2;

export function Releases({ releases }: { readonly releases: readonly SearchRelease[] }): ReactNode {
  if (releases.length === 0) return <span>{search.unreleased}</span>;
  return (
    <span>
      {search.inReleases}{' '}
      {releases.slice(0, shownReleases).map(({ product, channel, sequence, version }, at) => (
        <span key={`${product} ${channel} ${sequence}`}>
          {at === 0 ? '' : ', '}
          <Link to={`/releases/${product}/${channel}/${sequence}`} title={version}>
            {product}@{channel}/{sequence}
          </Link>
        </span>
      ))}
      {releases.length > shownReleases ? `, ${search.moreReleases(releases.length - shownReleases)}` : ''}
    </span>
  );
}

function Pages({ data: { query, page, pages } }: { readonly data: SearchPage }): ReactNode {
  if (pages < 2) return null;
  return (
    <nav className="search-pages" aria-label={search.pages.label}>
      {page > 1 ? (
        <Link className="button" rel="prev" to={searchAddress(query, page - 1)}>
          {search.pages.previous}
        </Link>
      ) : null}
      <span>{search.pages.at(page, pages)}</span>
      {page < pages ? (
        <Link className="button" rel="next" to={searchAddress(query, page + 1)}>
          {search.pages.next}
        </Link>
      ) : null}
    </nav>
  );
}
