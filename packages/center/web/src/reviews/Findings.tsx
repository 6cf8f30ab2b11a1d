import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { reviewLimits, severities, type Severity } from '../../../src/contract/review-text.ts';
import type { KeptFinding } from '../../../src/contract/reviews.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { reviews } from '../messages/reviews.ts';
import { FileLink, Name } from '../source/paths.tsx';
import type { DraftProps } from './DraftForm.tsx';
import { Prose } from './Prose.tsx';

const words = reviews.one;

export function Findings({ id, draft, again }: DraftProps): ReactNode {
  const change = useChange();
  const drop = (finding: number): void =>
    change.run(async (post) => {
      await post('/do/reviews/drop-finding', { id, finding });
      await again();
    });
  return (
    <section>
      <h2>{words.findings}</h2>
      {draft.findings.length === 0 ? <p>{words.noFindings}</p> : null}
      {draft.findings.map((finding) => (
        <article key={finding.id} className="card review-finding">
          <p>
            <strong>{reviews.severities[finding.severity]}</strong>{' '}
            <Place tree={draft.content.tree} finding={finding} />
          </p>
          <Prose text={finding.text} />
          <button type="button" disabled={change.busy} onClick={() => drop(finding.id)}>
            {words.drop}
          </button>
        </article>
      ))}
      <Refusal change={change} />
      <details className="review-more">
        <summary>{words.more}</summary>
        <NewFinding id={id} again={again} />
      </details>
    </section>
  );
}

function Place({ tree, finding }: { readonly tree: string; readonly finding: KeptFinding }): ReactNode {
  const { path, first, last } = finding;
  if (path === null) return words.wholeTree;
  const hash = first === null ? {} : { hash: `L${first}-L${last ?? first}` };
  return (
    <FileLink tree={tree} path={path} {...hash}>
      <Name path={path} />
      {first === null ? null : ` ${words.lines(first, last ?? first)}`}
    </FileLink>
  );
}

function NewFinding({ id, again }: Pick<DraftProps, 'id' | 'again'>): ReactNode {
  const change = useChange();
  const [severity, setSeverity] = useState<Severity>('minor');
  const [path, setPath] = useState('');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [text, setText] = useState('');
  const field = useId();
  const line = (value: string): number | null => (value === '' ? null : Number(value));
  const add = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.run(async (post) => {
      const place = { path: path === '' ? null : path, first: line(first), last: line(last) };
      await post('/do/reviews/finding', { id, severity, text, ...place });
      for (const clear of [setPath, setFirst, setLast, setText]) clear('');
      await again();
    });
  };
  return (
    <form className="review-form" onSubmit={add}>
      <label htmlFor={`${field}-severity`}>{words.severity}</label>
      <select
        id={`${field}-severity`}
        value={severity}
        onChange={(event) => setSeverity(event.target.value as Severity)}
      >
        {severities.map((one) => (
          <option key={one} value={one}>
            {reviews.severities[one]}
          </option>
        ))}
      </select>
      <label htmlFor={`${field}-path`}>{words.path}</label>
      <input
        id={`${field}-path`}
        value={path}
        maxLength={4_096}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setPath(event.target.value)}
      />
      <label htmlFor={`${field}-first`}>{words.first}</label>
      <input
        id={`${field}-first`}
        type="number"
        min={1}
        value={first}
        onChange={(event) => setFirst(event.target.value)}
      />
      <label htmlFor={`${field}-last`}>{words.last}</label>
      <input
        id={`${field}-last`}
        type="number"
        min={1}
        value={last}
        onChange={(event) => setLast(event.target.value)}
      />
      <label htmlFor={`${field}-text`}>{words.findingText}</label>
      <textarea
        id={`${field}-text`}
        rows={4}
        required
        value={text}
        maxLength={reviewLimits.finding}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" disabled={change.busy}>
        {words.add}
      </button>
      <Refusal change={change} />
    </form>
  );
}
