// Addresses of the search, for every page that leads to it.

/** Where a name is defined and used. `from`: path and line of where it was read, so that what is near comes first. */
export function symbolAddress(
  tree: string,
  name: string,
  from?: { readonly path: string; readonly line: number },
): string {
  const query = new URLSearchParams({
    name,
    tree,
    ...(from === undefined ? {} : { from: `${from.path}:${from.line}` }),
  });
  return `/symbols?${query.toString()}`;
}

export function searchAddress(query: string, page = 1): string {
  return `/search?${new URLSearchParams({ q: query, ...(page === 1 ? {} : { page: String(page) }) }).toString()}`;
}

/** `text` as one term of a query. */
export function quoted(text: string): string {
  return /^[\w.@+#-][\w./@+#-]*$/.test(text) && !/^(?:or|and|not)$/i.test(text)
    ? text
    : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** The query with one more condition; an `or` in it is kept together. */
export function narrowed(query: string, term: string): string {
  const whole = /(?:^|\s)or(?:\s|$)/i.test(query) ? `(${query})` : query;
  return `${whole} ${term}`.trim();
}
