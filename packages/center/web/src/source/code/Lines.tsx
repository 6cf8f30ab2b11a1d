// Virtual lines: only those near the window are in the page. The page itself scrolls, the lines only
// sideways, so that there is one scroll bar for each direction.

import { useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from 'react';

/** In pixels; the style sheet has the same. */
export const lineHeight = 20;

export interface LinesHandle {
  show(index: number, align?: 'center' | 'start'): void;
  /** The first that can be seen. */
  first(): number;
}

export function Lines({
  count,
  label,
  width,
  wrap,
  heightOf,
  handle,
  className = '',
  children,
}: {
  readonly count: number;
  readonly label: string;
  /** Of the widest line, in characters. */
  readonly width: number;
  readonly wrap: boolean;
  /** Of a line that is not of the usual height. */
  readonly heightOf?: (index: number) => number;
  readonly handle?: Ref<LinesHandle>;
  readonly className?: string;
  readonly children: (index: number) => ReactNode;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  // Where the lines begin moves with whatever stands above them.
  useLayoutEffect(() => {
    const measure = (): void => {
      if (box.current !== null) setMargin(Math.round(box.current.getBoundingClientRect().top + scrollY));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: (index) => heightOf?.(index) ?? lineHeight,
    overscan: 40,
    scrollMargin: margin,
    scrollPaddingStart: headerHeight,
  });
  useEffect(() => virtual.measure(), [virtual, wrap, heightOf]);
  const latest = useRef<Virtualizer<Window, Element>>(virtual);
  latest.current = virtual;
  useImperativeHandle(
    handle,
    () => ({
      show: (index, align = 'center') => latest.current.scrollToIndex(index, { align }),
      first: () => Math.max(0, Math.floor((scrollY + headerHeight - margin) / lineHeight)),
    }),
    [margin],
  );
  return (
    <div
      className={`code ${wrap ? 'code-wrap' : ''} ${className}`}
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      <div
        ref={box}
        className="code-lines"
        style={{
          height: virtual.getTotalSize(),
          ...(wrap ? {} : { minWidth: `calc(${width}ch + var(--gutter))` }),
        }}
      >
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            data-index={index}
            ref={wrap ? virtual.measureElement : undefined}
            className="code-row"
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            {children(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Of the frame's header, which stays in view. */
const headerHeight = 56;
