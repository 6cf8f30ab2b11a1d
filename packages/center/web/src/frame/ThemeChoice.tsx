import { useState, type ChangeEvent, type ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { shelf } from '../ui/shelf.ts';

const name = 'vitrine-theme';

/** Before the first drawing, so that the page does not flash. */
function applyTheme(): void {
  const chosen = shelf.getItem(name);
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
  else delete document.documentElement.dataset['theme'];
}
applyTheme();

export function ThemeChoice(): ReactNode {
  const [theme, setTheme] = useState(shelf.getItem(name) ?? 'auto');
  const choose = ({ target: { value } }: ChangeEvent<HTMLSelectElement>): void => {
    if (value === 'auto') shelf.removeItem(name);
    else shelf.setItem(name, value);
    applyTheme();
    setTheme(value);
  };
  return (
    <label className="theme-choice">
      {common.theme.label}{' '}
      <select value={theme} onChange={choose}>
        <option value="auto">{common.theme.auto}</option>
        <option value="light">{common.theme.light}</option>
        <option value="dark">{common.theme.dark}</option>
      </select>
    </label>
  );
}
