// Stacked bars, one for each row; each part has a pattern of its own beside its colour.

import { useId, type ReactNode } from 'react';

export type Fill = 'ok' | 'bad' | 'warn' | 'none';

export interface Bar {
  readonly label: string;
  readonly title: string;
  readonly parts: readonly { readonly fill: Fill; readonly value: number }[];
}

const height = 120;
const foot = 20;

export function Bars({
  bars,
  most,
  title,
}: {
  readonly bars: readonly Bar[];
  /** What the whole height stands for. */
  readonly most: number;
  readonly title: string;
}): ReactNode {
  const id = useId();
  const step = Math.max(28, Math.min(64, 860 / Math.max(1, bars.length)));
  const width = Math.max(280, bars.length * step + 30);
  const y = (value: number): number => (value / Math.max(1, most)) * (height - foot - 8);
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
    >
      <defs>
        <pattern
          id={`${id}-bad`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="6" height="6" className="fill-bad" />
          <rect width="2" height="6" className="fill-paper" />
        </pattern>
        <pattern id={`${id}-warn`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" className="fill-warn" />
          <circle cx="3" cy="3" r="1.2" className="fill-paper" />
        </pattern>
      </defs>
      <line className="axis" x1={24} x2={width} y1={height - foot} y2={height - foot} />
      {Array.from({ length: most + 1 }, (_, i) => (
        <text key={i} className="tick" x={18} y={height - foot - y(i) + 4} textAnchor="end">
          {i}
        </text>
      ))}
      {bars.map(({ label, title: each, parts }, at) => {
        let top = height - foot;
        return (
          <g key={`${label} ${at}`}>
            <title>{each}</title>
            {parts.map(({ fill, value }) => {
              top -= y(value);
              return value === 0 ? null : (
                <rect
                  key={fill}
                  x={30 + at * step}
                  y={top}
                  width={step - 10}
                  height={y(value)}
                  className={`bars-part bars-${fill}`}
                  fill={fill === 'bad' || fill === 'warn' ? `url(#${id}-${fill})` : undefined}
                />
              );
            })}
            <text className="tick" x={30 + at * step + (step - 10) / 2} y={height - 5} textAnchor="middle">
              {label.length > step / 6.5 ? `${label.slice(0, Math.floor(step / 6.5) - 1)}…` : label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
