// Symbols in the page of a file: the list of what it defines, and the way from a word to where it is defined.

import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { symbols } from '../messages/search.ts';
import { useKeys } from '../ui/keys.tsx';
import { FileSymbols } from './FileSymbols.tsx';
import { symbolAddress } from './links.ts';

export function SymbolTools({ tree, path }: { readonly tree: string; readonly path: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  const navigate = useNavigate();
  const lookUp = (): void => {
    const chosen = chosenWord();
    if (chosen === undefined) setSaid(symbols.chooseFirst);
    else void navigate({ href: symbolAddress(tree, chosen.name, { path, line: chosen.line }) });
  };
  useKeys('here', {
    s: { label: symbols.outline, run: () => setOpen(!open) },
    d: { label: symbols.lookUp, run: lookUp },
  });
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {symbols.show} <kbd>s</kbd>
      </button>
      {/* The selection stays: a button that took the focus with the pointer would end it. */}
      <button type="button" onPointerDown={(event) => event.preventDefault()} onClick={lookUp}>
        {symbols.lookUp} <kbd>d</kbd>
      </button>
      <span aria-live="polite" className="muted">
        {said}
      </span>
      {open ? <FileSymbols tree={tree} path={path} /> : null}
    </>
  );
}

/** The word that is selected, or in which the selection begins, and its line. */
function chosenWord(): { readonly name: string; readonly line: number } | undefined {
  const selection = getSelection();
  const node = selection?.anchorNode ?? null;
  if (selection === null || node === null) return undefined;
  const row = (node instanceof Element ? node : node.parentElement)?.closest('[id^="L"]');
  const name =
    /[\p{L}_$][\p{L}\p{N}_$]*/u.exec(selection.toString())?.[0] ?? wordAround(node, selection.anchorOffset);
  return name === undefined
    ? undefined
    : { name: name.slice(0, 200), line: Number(row?.id.slice(1) ?? 1) || 1 };
}

function wordAround(node: Node, offset: number): string | undefined {
  if (node.nodeType !== Node.TEXT_NODE) return undefined;
  const text = node.textContent ?? '';
  const before = /[\p{L}\p{N}_$]*$/u.exec(text.slice(0, offset))?.[0] ?? '';
  const after = /^[\p{L}\p{N}_$]*/u.exec(text.slice(offset))?.[0] ?? '';
  return before + after === '' ? undefined : before + after;
}
