// How much a data center holds, by its own count (GET /v1/counts): for whoever plans a move. It is told, not
// proven; the roots of its ledgers bound it.

import { fields, isVitrineError, parseJson, schema, type DataCenter, type Schema } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';

const { integer, list, object, text } = schema;

export interface CenterCounts {
  readonly center: string;
  readonly at: string;
  readonly records: readonly {
    readonly kind: string;
    readonly country: string;
    readonly count: number;
    readonly bytes: number;
  }[];
}

/** Open: what else it counts is not read here. */
const countsForm: Schema<CenterCounts> = object(
  {
    center: fields.name,
    at: fields.time,
    records: list(
      object({
        kind: text(/^[a-z-]{1,32}$/, 32, 'a kind of observation'),
        country: fields.country,
        count: integer(0),
        bytes: integer(0),
      }),
      { most: 10_000 },
    ),
  },
  {},
  { open: true },
);

/** Of each that answers at one of its addresses; who does not is told by `note`. */
export async function countsOf(
  centers: readonly DataCenter[],
  note: (text: string) => void,
): Promise<ReadonlyMap<string, CenterCounts>> {
  const found = new Map<string, CenterCounts>();
  await Promise.all(
    centers.map(async (center) => {
      const counts = await askOne(center, note);
      if (counts !== undefined) found.set(center.id, counts);
    }),
  );
  return found;
}

async function askOne(
  { id, intake }: DataCenter,
  note: (text: string) => void,
): Promise<CenterCounts | undefined> {
  for (const url of intake) {
    try {
      const { bytes } = await fetchBytes(`${url.replace(/\/$/, '')}/v1/counts`, {
        maxBytes: 1 << 20,
        timeoutMs: 10_000,
      });
      const counts = countsForm.check(parseJson(bytes));
      if (counts.center === id) return counts;
      note(`${url} answers as the data center ${counts.center}, not as ${id}`);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      note(`${id} at ${url}: ${error.message} (${error.code})`);
    }
  }
  return undefined;
}
