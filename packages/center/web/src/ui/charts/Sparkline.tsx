// A line without axes, for the run of a number; what it says stands in words beside it.

import type { ReactNode } from 'react';

export function Sparkline({
  values,
  title,
  width = 120,
  height = 28,
}: {
  readonly values: readonly number[];
  readonly title: string;
  readonly width?: number;
  readonly height?: number;
}): ReactNode {
  const most = Math.max(1, ...values);
  const x = (i: number): number => 3 + (i / Math.max(1, values.length - 1)) * (width - 6);
  const y = (value: number): number => height - 3 - (value / most) * (height - 6);
  const last = values.at(-1);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
    >
      <polyline points={values.map((value, i) => `${x(i)},${y(value)}`).join(' ')} />
      {last === undefined ? null : <circle cx={x(values.length - 1)} cy={y(last)} r="2.5" />}
    </svg>
  );
}
