// Copying an answer: through the clipboard where the browser allows it, else from a selected text field.

import { element } from './dom.ts';

export function copyButton(label: string, text: () => string): HTMLElement {
  const button = element('button', { type: 'button' }, label);
  const said = element('span', { class: 'hint', role: 'status' });
  const whole = element('span', { class: 'copy' }, button, said);
  button.addEventListener('click', () => {
    void copy(text()).then((copied) => {
      said.textContent = copied ? 'copied' : 'not allowed here; copy the selected text';
      whole.querySelector('textarea')?.remove();
      if (!copied) whole.append(selected(label, text()));
    });
  });
  return whole;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Denied, or no clipboard at all: the reader can still copy by hand.
  }
}

function selected(label: string, text: string): HTMLTextAreaElement {
  const field = element('textarea', { readonly: '', rows: '8', 'aria-label': label });
  field.value = text;
  queueMicrotask(() => {
    field.select();
  });
  return field;
}
