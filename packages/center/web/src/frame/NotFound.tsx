import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { common } from '../messages/common.ts';

export function NotFound(): ReactNode {
  return (
    <section className="state">
      <h1>{common.states.missingTitle}</h1>
      <p>{common.states.missing}</p>
      <p>
        <Link to="/">{common.states.home}</Link>
      </p>
    </section>
  );
}
