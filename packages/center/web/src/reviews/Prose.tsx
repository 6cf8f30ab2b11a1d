// What people wrote: paragraphs, `code` and blocks between lines of ```. Nothing in it can become more than
// text: no links, no markup, and characters that deceive are drawn as marks.

import { Fragment, type ReactNode } from 'react';
import { Text } from '../source/code/Text.tsx';
import '../source/source.css';

export function Prose({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="prose">
      {text.split(/^```[^\n]*$/m).map((block, at) =>
        at % 2 === 1 ? (
          <pre key={at} tabIndex={0}>
            <code>
              <Text text={block.replace(/^\n/, '').replace(/\n$/, '')} />
            </code>
          </pre>
        ) : (
          <Paragraphs key={at} text={block} />
        ),
      )}
    </div>
  );
}

function Paragraphs({ text }: { readonly text: string }): ReactNode {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph, at) => (
      <p key={at}>
        {paragraph.split(/`([^`\n]+)`/).map((piece, i) =>
          i % 2 === 1 ? (
            <code key={i}>
              <Text text={piece} />
            </code>
          ) : (
            <Fragment key={i}>
              <Text text={piece} />
            </Fragment>
          ),
        )}
      </p>
    ));
}

/** A text exactly as it is, line by line. */
export function Exact({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <pre className="exact" tabIndex={0} role="region" aria-label={label}>
      {text.split('\n').map((line, at) => (
        <Fragment key={at}>
          <Text text={line} />
          {'\n'}
        </Fragment>
      ))}
    </pre>
  );
}
