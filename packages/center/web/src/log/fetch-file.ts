// The files of the log through the Center's own address: a page may speak to nobody else.

import { wrong, type ReadFile } from './tiles.ts';

export const readLogFile: ReadFile = async (path, maxBytes) => {
  let response: Response;
  try {
    // Always asked for again: the check is about what is served now.
    response = await fetch(`/log/files/${path}`, { cache: 'no-cache' });
  } catch {
    throw wrong('fetch.unreachable', 'the Center could not be reached');
  }
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw wrong('fetch.status', `the log could not be read: the answer was ${response.status}`);
  return bounded(response, maxBytes);
};

export async function bounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw wrong('fetch.too-large', `a file of more than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
