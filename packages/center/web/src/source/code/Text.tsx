import { memo, type FunctionComponent, type ReactNode } from 'react';
import type { Columns } from '../../../../src/contract/source.ts';
import { segmentsOf, type Segment } from './segments.ts';

interface Props {
  readonly text: string;
  readonly tokens?: readonly number[] | undefined;
  readonly ranges?: readonly Columns[] | undefined;
}

/** One line of source. Each piece is isolated, so that letters written from right to left stay in their place. */
export const Text: FunctionComponent<Props> = memo(function Text({ text, tokens, ranges }: Props): ReactNode {
  return segmentsOf(text, tokens, ranges).map((segment, at) => <Piece key={at} segment={segment} />);
});

function Piece({ segment: { text, kind, changed, mark } }: { readonly segment: Segment }): ReactNode {
  const inner =
    mark === undefined ? (
      <span className={`tok tok-${kind}`}>{text}</span>
    ) : (
      <span
        className={`char-mark char-mark-${mark.kind}`}
        title={mark.name}
        role="img"
        aria-label={mark.name}
      >
        {mark.label}
      </span>
    );
  return changed ? <mark className="word">{inner}</mark> : inner;
}
