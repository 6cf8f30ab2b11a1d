// Where the statements of a release stand in the log, drawn in their order: that a rebuild was blind is that it
// stands left of the build.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReleasePage } from '../../../src/contract/releases.ts';
import { releases as words } from '../messages/releases.ts';
import { Legend, Shape, type Form } from '../ui/charts/Marks.tsx';
import { ChartWithTable } from '../ui/charts/Twin.tsx';
import { Time } from '../ui/Time.tsx';

type Entry = ReleasePage['log']['entries'][number];

interface Look {
  readonly form: Form;
  readonly className: string;
}

const plain: Look = { form: 'disc', className: 'mark-none' };
const looks: Readonly<Record<string, Look>> = {
  source: { form: 'disc', className: 'mark-info' },
  order: { form: 'disc', className: 'mark-info' },
  provenance: { form: 'square', className: 'mark-info' },
  rebuild: { form: 'diamond', className: 'mark-ok' },
  release: { form: 'square', className: 'mark-ok' },
  publication: { form: 'disc', className: 'mark-ok' },
  withdrawal: { form: 'cross', className: 'mark-bad' },
  finding: { form: 'triangle', className: 'mark-warn' },
  differs: { form: 'cross', className: 'mark-bad' },
};

const step = 62;
const left = 28;
const lane = 62;

export function LogRuler({ page }: { readonly page: ReleasePage }): ReactNode {
  const { entries } = page.log;
  const said = page.rebuilds.votes.flatMap((vote) => vote.words);
  const wordAt = (index: number): (typeof said)[number] | undefined =>
    said.find((word) => word.index === index);
  const differs = (entry: Entry): boolean => {
    const word = wordAt(entry.index);
    return word !== undefined && word.outputs !== null && page.rebuilds.outputs !== null && !word.agrees;
  };
  const lookOf = (entry: Entry): Look => looks[differs(entry) ? 'differs' : entry.kind] ?? plain;
  const kindOf = (entry: Entry): string =>
    differs(entry)
      ? words.ruler.differs
      : (words.kinds[entry.kind as keyof typeof words.kinds] ?? entry.kind);
  const isBlind = (entry: Entry): boolean => wordAt(entry.index)?.blind === true;
  const width = left * 2 + (entries.length - 1) * step + 60;
  const x = (i: number): number => left + 30 + i * step;
  const blind = entries.flatMap((entry, i) => (isBlind(entry) ? [i] : []));
  const [from, to] = [blind[0], blind.at(-1)];
  return (
    <ChartWithTable
      caption={words.ruler.caption}
      rows={entries}
      keyOf={({ index }) => index}
      columns={[
        {
          head: words.ruler.entry,
          cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
          number: true,
        },
        { head: words.ruler.kind, cell: kindOf },
        { head: words.ruler.operator, cell: ({ operator }) => operator },
        { head: words.ruler.blind, cell: (entry) => (isBlind(entry) ? words.ruler.yes : words.ruler.no) },
        { head: words.ruler.seen, cell: ({ seenAt }) => <Time seconds={seenAt} exact /> },
      ]}
    >
      <svg
        className="ruler"
        viewBox={`0 0 ${width} 128`}
        width={width}
        height={128}
        role="group"
        aria-label={words.ruler.title}
      >
        {from === undefined || to === undefined ? null : (
          <g>
            <rect
              className="ruler-blind"
              x={x(from) - 28}
              y={14}
              width={x(to) - x(from) + 56}
              height={100}
              rx={6}
            />
            <text className="tick" x={x(from) - 20} y={27}>
              {words.ruler.blindZone}
            </text>
          </g>
        )}
        <line className="axis" x1={8} x2={width - 8} y1={lane} y2={lane} />
        {entries.map((entry, i) => {
          const before = entries[i - 1];
          const gap = before !== undefined && entry.index > before.index + 1;
          const title = `${words.page.entry(entry.index)}: ${kindOf(entry)}, ${words.page.by} ${entry.operator}${
            isBlind(entry) ? `, ${words.ruler.blindZone}` : ''
          }`;
          return (
            <g key={entry.index}>
              {gap ? (
                <path
                  className="ruler-gap"
                  d={`M${x(i) - step / 2 - 3} ${lane + 6}l4 -12M${x(i) - step / 2 + 2} ${lane + 6}l4 -12`}
                />
              ) : null}
              <a href={`/log/entries/${entry.index}`} aria-label={title}>
                <title>{title}</title>
                <circle className="target" cx={x(i)} cy={lane} r={14} />
                <Shape x={x(i)} y={lane} size={7} {...lookOf(entry)} />
                <text className="ruler-index" x={x(i)} y={lane - 16} textAnchor="middle">
                  {entry.index}
                </text>
                <text className="ruler-kind" x={x(i)} y={lane + 25} textAnchor="middle">
                  {kindOf(entry)}
                </text>
                <text className="tick" x={x(i)} y={lane + 39} textAnchor="middle">
                  {entry.operator.length > 10
                    ? `${entry.operator.slice(0, 4)}…${entry.operator.slice(-4)}`
                    : entry.operator}
                </text>
              </a>
            </g>
          );
        })}
      </svg>
      <Legend
        items={[...new Map(entries.map((entry) => [kindOf(entry), lookOf(entry)]))].map(([label, look]) => ({
          ...look,
          label,
        }))}
      />
    </ChartWithTable>
  );
}
