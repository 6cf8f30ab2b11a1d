/** The query of an address: text alone, in the order given. */
export function searchOf(search: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(
    Object.entries(search).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  ).toString();
  return text === '' ? '' : `?${text}`;
}
