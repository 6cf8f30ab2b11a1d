// Keys of a page and of every page, in one registry: what is pressed and what the help shows cannot differ.

import {
  createContext,
  useContext,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { common } from '../messages/common.ts';

export interface KeyAction {
  readonly label: string;
  readonly run: () => void;
}

/** By key as `KeyboardEvent.key` names it; two keys one after the other are written `g r`. */
export type KeyMap = Readonly<Record<string, KeyAction>>;
type Scope = 'everywhere' | 'here';

class Registry {
  readonly #maps = new Map<string, { readonly scope: Scope; readonly keys: KeyMap }>();
  #snapshot: readonly { readonly scope: Scope; readonly keys: KeyMap }[] = [];
  readonly #listeners = new Set<() => void>();

  set(id: string, scope: Scope, keys: KeyMap): void {
    this.#maps.set(id, { scope, keys });
    this.#changed();
  }

  delete(id: string): void {
    this.#maps.delete(id);
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = [...this.#maps.values()];
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly all = (): readonly { readonly scope: Scope; readonly keys: KeyMap }[] => this.#snapshot;

  /** Those of the page before those of every page. */
  find(keys: string): KeyAction | undefined {
    const found = this.#snapshot.filter((map) => Object.hasOwn(map.keys, keys));
    return (found.find(({ scope }) => scope === 'here') ?? found[0])?.keys[keys];
  }

  isPrefix(key: string): boolean {
    return this.#snapshot.some(({ keys }) => Object.keys(keys).some((one) => one.startsWith(`${key} `)));
  }
}

const KeysContext = createContext<Registry>(new Registry());

/** Keys that work while the component is shown. Never while somebody types. */
export function useKeys(scope: Scope, keys: KeyMap): void {
  const registry = useContext(KeysContext);
  const id = useId();
  const latest = useRef(keys);
  // Layout effects: whoever sees a page can press its keys at once.
  useLayoutEffect(() => {
    latest.current = keys;
  });
  const names = Object.entries(keys)
    .map(([key, { label }]) => `${key}\n${label}`)
    .join('\n');
  useLayoutEffect(() => {
    const through = Object.fromEntries(
      Object.keys(latest.current).map((key) => [
        key,
        { label: latest.current[key]?.label ?? '', run: () => latest.current[key]?.run() },
      ]),
    );
    registry.set(id, scope, through);
    return () => registry.delete(id);
  }, [registry, id, scope, names]);
}

const waitMs = 1_000;

export function KeysProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const registry = useMemo(() => new Registry(), []);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    let first: { readonly key: string; readonly at: number } | undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      if (event.key === '?') {
        event.preventDefault();
        setOpen(true);
        return;
      }
      const both =
        first !== undefined && event.timeStamp - first.at < waitMs ? `${first.key} ${event.key}` : '';
      first = undefined;
      const action = registry.find(both) ?? registry.find(event.key);
      if (action !== undefined) {
        event.preventDefault();
        action.run();
      } else if (registry.isPrefix(event.key)) first = { key: event.key, at: event.timeStamp };
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [registry]);
  return (
    <KeysContext value={registry}>
      {children}
      {open ? <KeysDialog onClose={() => setOpen(false)} /> : null}
    </KeysContext>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="keys-dialog" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>{common.keys.title}</h2>
      <KeyList />
      <form method="dialog">
        <button type="submit">{common.keys.close}</button>
      </form>
    </dialog>
  );
}

export function KeyList(): ReactNode {
  const registry = useContext(KeysContext);
  const maps = useSyncExternalStore(registry.subscribe, registry.all);
  const groups = (['here', 'everywhere'] as const).map((scope) => ({
    scope,
    rows: maps
      .filter((map) => map.scope === scope)
      .flatMap(({ keys }) => Object.entries(keys).map(([key, { label }]) => ({ key, label }))),
  }));
  return groups
    .filter(({ rows }) => rows.length > 0)
    .map(({ scope, rows }) => (
      <section key={scope}>
        <h3>{common.keys[scope]}</h3>
        <dl className="keys-list">
          {(scope === 'everywhere' ? [...rows, { key: '?', label: common.keys.help }] : rows).map(
            ({ key, label }) => (
              <div key={key}>
                <dt>
                  {key.split(' ').map((one, at) => (
                    <kbd key={at}>{one}</kbd>
                  ))}
                </dt>
                <dd>{label}</dd>
              </div>
            ),
          )}
        </dl>
      </section>
    ));
}
