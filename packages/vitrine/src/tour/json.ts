// A JSON twin of a page, as a browser fetches it.

import { parseJson, type Json } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';

export async function json(address: string): Promise<Json> {
  const { bytes } = await fetchBytes(address, { maxBytes: 1 << 22, timeoutMs: 30_000 });
  return parseJson(bytes);
}
