import { Link, useMatch, useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import type { FileContent, FilePage as Data, FileTokens, TextContent } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { SymbolTools } from '../search/SymbolTools.tsx';
import { getJson, useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { Check } from './Check.tsx';
import { CodeText } from './CodeText.tsx';
import { FileFrame } from './FileFrame.tsx';
import { FileLink, fileName, plainName, sourceAddress } from './paths.tsx';
import { formatRange, useRange } from './range.ts';
import { Watermark } from './Watermark.tsx';

const text = source.file;
const LineThreads = lazy(async () => ({
  default: (await import('../reviews/LineThreads.tsx')).LineThreads,
}));

export function FilePage(): ReactNode {
  const twin = useTwin<Data>();
  const { tree, path } = useAsked();
  const title = twin.data === undefined ? source.home : plainName(fileName(path));
  return (
    <Page title={title} twin={twin}>
      {(file) => <File key={`${tree} ${path}`} tree={tree} path={path} answer={file} />}
    </Page>
  );
}

/** Which file the address asks for. What the answer says it is about is not believed: it may be another's. */
function useAsked(): { readonly tree: string; readonly path: string } {
  // Of the match that this page was drawn for, like its twin.
  const { params, search }: { readonly params: { tree?: string }; readonly search: { path?: string } } =
    useMatch({ strict: false });
  return { tree: params.tree ?? '', path: search.path ?? '' };
}

/** Colours come after the text: plain first, then tokens. */
export function useTokens(tree: string, path: string, wanted: boolean): FileTokens['tokens'] | undefined {
  const address = sourceAddress(tree, 'tokens.json', path);
  return useQuery({
    queryKey: [address],
    queryFn: ({ signal }) => getJson<FileTokens>(address, signal),
    enabled: wanted,
    staleTime: Infinity,
    retry: false,
  }).data?.tokens;
}

function File({
  tree,
  path,
  answer,
}: {
  readonly tree: string;
  readonly path: string;
  readonly answer: Data;
}): ReactNode {
  const file = { ...answer, tree, path };
  const { content, colours, before, watermark } = file;
  const tokens = useTokens(tree, path, colours);
  const [range] = useRange();
  return (
    <FileFrame head={file} view="file" before={before} facts={factsOf(content, colours)}>
      {content.state === 'text' ? (
        <>
          <Window file={file} content={content} />
          <CodeText
            path={path}
            content={content}
            tokens={tokens}
            tools={<SymbolTools tree={tree} path={path} />}
            over={<Watermark mark={watermark} />}
          />
          <Window file={file} content={content} />
        </>
      ) : (
        <NoText tree={tree} content={content} />
      )}
      <Suspense fallback={null}>
        <LineThreads tree={tree} path={path} lines={range} />
      </Suspense>
      <Check tree={tree} path={path} shown={answer} />
    </FileFrame>
  );
}

export function factsOf(content: FileContent, colours: boolean): readonly string[] {
  if (content.state !== 'text') return [];
  return [
    source.lines(content.lineCount),
    text.lineEnds[content.lineEnds],
    ...(content.finalLineEnd ? [] : [text.noFinal]),
    ...(colours || content.lineCount <= 5_000 ? [] : [text.plain]),
  ];
}

/** Files above what one window holds are read window by window; a range outside of this one leads to its own. */
function Window({ file, content }: { readonly file: Data; readonly content: TextContent }): ReactNode {
  const { tree, path } = file;
  const { first, lines, lineCount } = content;
  const last = first + lines.length - 1;
  const navigate = useNavigate();
  const [range] = useRange();
  const wanted = range?.first;
  const until = range?.last;
  useEffect(() => {
    if (wanted === undefined || wanted > lineCount || (wanted >= first && wanted <= last)) return;
    void navigate({
      to: `/source/${tree}/file`,
      search: { path, from: String(Math.max(1, wanted - 1_000)) },
      hash: formatRange({ first: wanted, last: until ?? wanted }),
      replace: true,
    });
  }, [navigate, wanted, until, first, last, lineCount, tree, path]);
  if (first === 1 && last >= lineCount) return null;
  const at = (from: number): { path: string; from: string } => ({ path, from: String(Math.max(1, from)) });
  return (
    <div className="toolbar">
      <span>{text.window(first, last, lineCount)}</span>
      {first === 1 ? null : (
        <Link className="button" to={`/source/${tree}/file`} search={at(first - lines.length)}>
          {text.earlier}
        </Link>
      )}
      {last >= lineCount ? null : (
        <Link className="button" to={`/source/${tree}/file`} search={at(last + 1)}>
          {text.later}
        </Link>
      )}
    </div>
  );
}

/** A file that has no lines to show has a state of its own. */
export function NoText({
  tree,
  content,
}: {
  readonly tree: string;
  readonly content: FileContent;
}): ReactNode {
  switch (content.state) {
    case 'text':
      return null;
    case 'empty':
      return <section className="state state-empty">{text.states.empty}</section>;
    case 'large':
      return <section className="state state-empty">{text.states.large(content.most)}</section>;
    case 'link':
      return (
        <section className="state state-empty">
          <p>{text.states.link}</p>
          <p>
            <code>{content.target}</code>
          </p>
          <p>
            {content.leadsTo === null ? (
              text.states.linkOutside
            ) : (
              <FileLink tree={tree} path={content.leadsTo}>
                {text.states.linkTo}
              </FileLink>
            )}
          </p>
        </section>
      );
    case 'binary':
      return (
        <section className="state state-empty">
          <p>{text.states.binary}</p>
          {content.kind === null ? null : <p>{text.states.binaryKind(content.kind)}</p>}
          <details>
            <summary>{text.states.binaryHead}</summary>
            <pre className="hex" tabIndex={0}>
              {hexLines(content.head)}
            </pre>
          </details>
        </section>
      );
  }
}

function hexLines(head: string): string {
  const lines: string[] = [];
  for (let at = 0; at < head.length; at += 32) {
    const bytes = head.slice(at, at + 32).match(/../g) ?? [];
    const letters = bytes.map((byte) => {
      const code = Number.parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
    });
    lines.push(
      `${(at / 2).toString(16).padStart(4, '0')}  ${bytes.join(' ').padEnd(47)}  ${letters.join('')}`,
    );
  }
  return lines.join('\n');
}
