import { useEffect, useState, type ReactNode } from 'react';
import { common } from '../messages/common.ts';

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

function relative(seconds: number, now: number): string {
  const away = seconds - now;
  for (const [unit, length] of units) {
    if (Math.abs(away) >= length) return words.format(Math.trunc(away / length), unit);
  }
  return Math.abs(away) < 10 ? common.time.now : words.format(Math.trunc(away), 'second');
}

export function absolute(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
}

/** A moment in seconds: how long ago, with the exact time in UTC on hover; `exact` the other way round. */
export function Time({
  seconds,
  exact = false,
}: {
  readonly seconds: number;
  readonly exact?: boolean;
}): ReactNode {
  const [now, setNow] = useState(() => Date.now() / 1_000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1_000), 15_000);
    return () => clearInterval(timer);
  }, []);
  const [shown, title] = exact
    ? [absolute(seconds), relative(seconds, now)]
    : [relative(seconds, now), absolute(seconds)];
  return (
    <time dateTime={new Date(seconds * 1_000).toISOString()} title={title}>
      {shown}
    </time>
  );
}
