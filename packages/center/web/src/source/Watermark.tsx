import type { ReactNode } from 'react';
import type { FileHead } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { absolute } from '../ui/Time.tsx';

/** Over the source, for whoever is signed in: in the drawing, never in the bytes and never in what is copied. */
export function Watermark({ mark }: { readonly mark: FileHead['watermark'] }): ReactNode {
  if (mark === null) return null;
  const line = `${mark.name} · ${absolute(mark.time)}`;
  return (
    <div className="watermark" aria-hidden="true" title={source.file.watermark}>
      {Array.from({ length: 24 }, (_, at) => (
        <span key={at}>{line}</span>
      ))}
    </div>
  );
}
