// The query box: a combobox whose suggestions come from what the reader may read. Nothing is taken before it is
// chosen; Enter without a choice searches for what stands there.

import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import type { Suggestion, Suggestions } from '../../../src/contract/search.ts';
import { search } from '../messages/search.ts';
import { getJson } from '../twin.ts';

const waitMs = 150;

export function SearchBox({
  query,
  onSearch,
  box,
}: {
  /** What is searched for now. */
  readonly query: string;
  readonly onSearch: (query: string) => void;
  readonly box: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const [text, setText] = useState(query);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const found = useSuggestions(text, open);
  const id = useId();
  // Another address, another query: also by the back button.
  const shown = useRef(query);
  if (shown.current !== query) {
    shown.current = query;
    setText(query);
    setOpen(false);
  }
  const close = (): void => {
    setOpen(false);
    setChosen(-1);
  };
  const take = (suggestion: Suggestion): void => {
    setText(suggestion.query);
    setChosen(-1);
    // A word of the language goes on; a name is complete.
    setOpen(suggestion.kind === 'word');
    box.current?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    const last = found.length - 1;
    if (event.key === 'Escape') close();
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && open && last >= 0) {
      event.preventDefault();
      const down = event.key === 'ArrowDown';
      setChosen((at) => (down ? (at >= last ? -1 : at + 1) : at < 0 ? last : at - 1));
    } else if (event.key === 'Enter' && open && chosen >= 0) {
      const suggestion = found[chosen];
      if (suggestion === undefined) return;
      event.preventDefault();
      take(suggestion);
    }
  };
  const isOpen = open && found.length > 0;
  return (
    <form
      role="search"
      className="search-form"
      onSubmit={(event) => {
        event.preventDefault();
        close();
        onSearch(text.trim());
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <label htmlFor={`${id}box`}>{search.label}</label>
      <div className="search-row">
        <div className="search-combo">
          <input
            ref={box}
            id={`${id}box`}
            type="search"
            role="combobox"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            enterKeyHint="search"
            maxLength={1_000}
            placeholder={search.placeholder}
            value={text}
            aria-expanded={isOpen}
            aria-controls={`${id}list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && chosen >= 0 ? `${id}${chosen}` : undefined}
            onChange={(event) => {
              setText(event.target.value);
              setOpen(true);
              setChosen(-1);
            }}
            onKeyDown={pressed}
          />
          <ul id={`${id}list`} role="listbox" aria-label={search.suggestions} hidden={!isOpen}>
            {found.map((suggestion, at) => (
              // Chosen by arrow keys while the box keeps the focus; the pointer works too.
              <li
                key={`${suggestion.kind} ${suggestion.label}`}
                id={`${id}${at}`}
                role="option"
                aria-selected={at === chosen}
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(suggestion);
                }}
              >
                <code>
                  <bdi>{suggestion.label}</bdi>
                </code>
                <span>{search.suggestionKinds[suggestion.kind]}</span>
              </li>
            ))}
          </ul>
        </div>
        <button type="submit" className="primary">
          {search.submit}
        </button>
      </div>
    </form>
  );
}

/** None while nothing is typed, and none where they cannot be had: they are a help, not a page. */
function useSuggestions(text: string, wanted: boolean): readonly Suggestion[] {
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  useEffect(() => {
    if (!wanted || text.trim() === '') {
      setFound([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      getJson<Suggestions>(
        `/search/suggest.json?${new URLSearchParams({ q: text }).toString()}`,
        abort.signal,
      )
        .then(({ suggestions }) => setFound(suggestions))
        .catch(() => setFound([]));
    }, waitMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, wanted]);
  return found;
}
