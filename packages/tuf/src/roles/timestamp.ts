import { schema } from '@vitrine/evidence';
import { defaultLimits, type Limits } from '../limits.ts';
import { readFileMeta, readMetadata, type FileMeta, type Metadata, type Signed } from '../metadata.ts';

export interface Timestamp extends Signed {
  readonly snapshot: FileMeta;
}

const body = schema.object({ meta: schema.object({ 'snapshot.json': schema.anything }) }, {}, { open: true });

export function parseTimestamp(bytes: Uint8Array, limits: Limits = defaultLimits): Metadata<Timestamp> {
  return readMetadata<Timestamp>(bytes, 'timestamp', limits.timestamp, (signed, at) => ({
    snapshot: readFileMeta(
      body.check(signed, at).meta['snapshot.json'],
      `${at}/meta/snapshot.json`,
      limits.snapshot,
    ),
  }));
}
