import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Sign, type Mark } from './Status.tsx';

/** One claim and its state; all of it leads to the evidence. */
export function Tile({
  mark,
  word,
  title,
  to,
  children,
}: {
  readonly mark: Mark;
  readonly word: string;
  readonly title: string;
  readonly to: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <article className={`tile tile-${mark}`}>
      <p className="tile-state">
        <Sign mark={mark} /> {word}
      </p>
      <h3>
        <Link to={to}>{title}</Link>
      </h3>
      {children}
    </article>
  );
}
