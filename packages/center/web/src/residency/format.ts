export function seconds(time: string): number {
  return Date.parse(time) / 1_000;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
