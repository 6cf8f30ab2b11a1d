// Events on lanes along one axis of time.

import type { ReactNode } from 'react';
import { Shape, type Form } from './Marks.tsx';

export interface TimelineEvent {
  readonly id: string;
  /** Seconds. */
  readonly at: number;
  readonly label: string;
  readonly form: Form;
  readonly className: string;
  readonly href: string;
  readonly title: string;
}

export interface Lane {
  readonly name: string;
  readonly events: readonly TimelineEvent[];
}

const width = 1_100;
const left = 150;
const right = 40;
const laneHeight = 56;

export function Timeline({
  lanes,
  title,
}: {
  readonly lanes: readonly Lane[];
  readonly title: string;
}): ReactNode {
  const times = lanes.flatMap(({ events }) => events.map(({ at }) => at));
  const first = Math.min(...times);
  const last = Math.max(...times);
  const span = Math.max(1, last - first);
  const x = (at: number): number => left + 20 + ((at - first) / span) * (width - left - right - 20);
  const height = lanes.length * laneHeight + 34;
  return (
    <svg className="timeline" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={title}>
      {lanes.map(({ name, events }, lane) => {
        const y = lane * laneHeight + laneHeight / 2;
        const placed = spread(events.map((event) => ({ event, x: x(event.at) })));
        return (
          <g key={name}>
            <line className="axis" x1={left} x2={width - 10} y1={y} y2={y} />
            <text className="lane" x={0} y={y + 4}>
              {name.length > 22 ? `${name.slice(0, 21)}…` : name}
            </text>
            {placed.map(({ event, x: at }) => (
              <a key={event.id} href={event.href} aria-label={event.title}>
                <title>{event.title}</title>
                <circle className="target" cx={at} cy={y} r={14} />
                <Shape form={event.form} x={at} y={y} className={event.className} />
                <text className="label" x={at} y={y - 13} textAnchor="middle">
                  {event.label}
                </text>
              </a>
            ))}
          </g>
        );
      })}
      {ticks(first, last).map((at, i, all) => (
        <text
          key={`${at} ${i}`}
          className="tick"
          x={x(at)}
          y={height - 8}
          textAnchor={i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle'}
        >
          {new Date(at * 1_000)
            .toISOString()
            .slice(0, span < 2 * 86_400 ? 16 : 10)
            .replace('T', ' ')}
        </text>
      ))}
    </svg>
  );
}

const least = 46;

/** Events of one moment stand beside each other in their order, so that each can be hit. */
function spread<T extends { readonly x: number }>(events: readonly T[]): readonly T[] {
  const placed: T[] = [];
  for (const one of [...events].sort((a, b) => a.x - b.x)) {
    const before = placed.at(-1);
    placed.push(before === undefined ? one : { ...one, x: Math.max(one.x, before.x + least) });
  }
  const over = (placed.at(-1)?.x ?? 0) - (width - right);
  if (over <= 0) return placed;
  // Too far to the right: pushed back from the end, as far as there is room.
  for (let i = placed.length - 1, most = width - right; i >= 0; i--, most -= least) {
    const one = placed[i] as T;
    if (one.x > most) placed[i] = { ...one, x: Math.max(left + 20, most) };
  }
  return placed;
}

function ticks(first: number, last: number): readonly number[] {
  return first === last ? [first] : [first, (first + last) / 2, last];
}
