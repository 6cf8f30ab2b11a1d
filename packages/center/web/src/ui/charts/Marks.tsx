// One form for each state in every chart: told apart without colour.

import type { ReactNode } from 'react';

export type Form = 'disc' | 'ring' | 'square' | 'cross' | 'diamond' | 'triangle';

/** Around (x, y). */
export function Shape({
  form,
  x,
  y,
  size = 6,
  className,
}: {
  readonly form: Form;
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly className: string;
}): ReactNode {
  const r = size;
  switch (form) {
    case 'disc':
      return <circle className={`mark ${className}`} cx={x} cy={y} r={r} />;
    case 'ring':
      return <circle className={`mark mark-hollow ${className}`} cx={x} cy={y} r={r - 1} />;
    case 'square':
      return <rect className={`mark ${className}`} x={x - r} y={y - r} width={2 * r} height={2 * r} />;
    case 'cross':
      return (
        <path
          className={`mark mark-hollow ${className}`}
          d={`M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`}
        />
      );
    case 'diamond':
      return (
        <path
          className={`mark ${className}`}
          d={`M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z`}
        />
      );
    case 'triangle':
      return (
        <path
          className={`mark ${className}`}
          d={`M${x} ${y - r - 1}L${x + r + 1} ${y + r}L${x - r - 1} ${y + r}Z`}
        />
      );
  }
}

export function Legend({
  items,
}: {
  readonly items: readonly { readonly form: Form; readonly className: string; readonly label: string }[];
}): ReactNode {
  return (
    <ul className="chart-legend">
      {items.map(({ form, className, label }) => (
        <li key={label}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <Shape form={form} x={8} y={8} size={5} className={className} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
