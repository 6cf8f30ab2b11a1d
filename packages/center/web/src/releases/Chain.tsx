import type { ReactNode } from 'react';
import { releases as words } from '../messages/releases.ts';
import { Sign } from '../ui/Status.tsx';
import type { ChainNode } from './chain.ts';

/** The whole chain at a glance; each part leads to what is known of it below. */
export function Chain({ nodes }: { readonly nodes: readonly ChainNode[] }): ReactNode {
  return (
    <nav aria-label={words.page.chain}>
      <ol className="chain">
        {nodes.map(({ part, mark, state }) => (
          <li key={part} className={`chain-${mark}`}>
            <a href={`#${part}`}>
              <span className="chain-sign">
                <Sign mark={mark} />
              </span>
              <b>{words.parts[part]}</b>
              <span className="chain-state">{state}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
