// What happens on the page: files get their rows, and as soon as there are enough of them, a verdict.

import { isVitrineError, recognise, verifyFiles } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { byId } from './dom.ts';
import { Inputs } from './inputs.ts';
import { readOptions, showClock } from './options.ts';
import { documentLimit, readDocument } from './read.ts';
import { showJudged, showNothing } from './result.ts';
import { buildRows } from './rows.ts';
import { slotNames, slots, type SlotName } from './slots.ts';

const mostFiles = 16;

const inputs = new Inputs();
const rows = buildRows(
  (slot, files) => void guard(() => place(files.map((file) => [slot, file]))),
  (slot) => {
    inputs.remove(slot);
    say(`Removed the ${slot}.`);
    showRows();
    void guard(judgeIfComplete);
  },
);
/** Counts verdicts that were asked for: an answer that another question overtook is not shown. */
let question = 0;

/** Sorts files by content and gives each its row; what cannot be told apart is left to the reader. */
async function sortIn(files: readonly File[]): Promise<void> {
  if (files.length > mostFiles)
    throw fail('verifier.ambiguous', `${files.length} files at once; at most ${mostFiles}`);
  const found = await Promise.all(files.map(async (file) => [await slotOf(file), file] as const));
  const bySlot = Map.groupBy(found, ([slot]) => slot);
  const clear = found.filter(([slot]) => slot === 'consistency' || bySlot.get(slot)?.length === 1);
  await place(clear);
  for (const [slot, several] of bySlot) {
    if (slot === 'consistency' || several.length === 1) continue;
    const names = several.map(([, { name }]) => `"${name}"`).join(' and ');
    throw fail('verifier.ambiguous', `couldn't tell which is the ${slot}: ${names}`);
  }
}

async function slotOf(file: File): Promise<SlotName> {
  return file.size > documentLimit ? 'artifact' : recognise(await readDocument(file));
}

/** Takes files one by one; at the first that is refused there is no verdict until the reader asks for one. */
async function place(files: readonly (readonly [SlotName, File])[]): Promise<void> {
  const taken: string[] = [];
  clearVerdict();
  try {
    for (const [slot, file] of files) {
      await inputs.put(slot, file, (read) => {
        rows.progress(slot, file.name, read, file.size);
      });
      taken.push(`"${file.name}" as the ${slot}`);
    }
  } finally {
    if (taken.length > 0) say(`Took ${taken.join(', ')}.`);
    showRows();
  }
  if (await judgeIfComplete()) byId('verdict', HTMLElement).scrollIntoView();
}

function showRows(): void {
  for (const slot of slotNames) rows.show(slot, inputs.shown(slot));
  const missing = missingFiles();
  byId('needed', HTMLElement).textContent =
    missing.length === 0
      ? ''
      : missing.every((slot) => slot === 'evidence')
        ? 'There is no evidence yet; without it the verdict stays undecided.'
        : `Still needed: ${missing.join(', ')}.`;
}

function missingFiles(): readonly SlotName[] {
  return slotNames.filter((slot) => !slots[slot].optional && inputs.shown(slot).length === 0);
}

/** After a change: a verdict as soon as there is enough for one, and none that the change made old. */
async function judgeIfComplete(): Promise<boolean> {
  if (missingFiles().length === 0) return judge();
  clearVerdict();
  return false;
}

function clearVerdict(): void {
  question++;
  showNothing('None yet.');
}

/** Answers whether there was a verdict to show. */
async function judge(): Promise<boolean> {
  const mine = ++question;
  const files = inputs.files();
  const options = readOptions();
  if (files === undefined || options === undefined) {
    clearVerdict();
    return false;
  }
  const { name, value: artifact } = files.artifact;
  const outcome = await verifyFiles({ ...files, ...options, artifact });
  if (mine !== question) return false;
  showJudged({ name, artifact, outcome, now: options.now });
  return true;
}

/** The button: also without evidence, which leaves the verdict undecided. */
async function verifyNow(): Promise<void> {
  if (await judge()) {
    byId('banner', HTMLElement).focus();
    return;
  }
  const wrong = document.querySelector<HTMLElement>('[aria-invalid="true"]');
  byId('options', HTMLDetailsElement).open ||= wrong !== null;
  wrong?.focus();
}

async function guard(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  // The reader chose another artifact while one was being read.
  if (error instanceof DOMException && error.name === 'AbortError') return;
  if (!isVitrineError(error)) {
    say('This page failed; use the command line instead.', true);
    throw error;
  }
  say(`${error.message} (${error.code}). ${error.remedy}`, true);
}

function say(text: string, wrong = false): void {
  const message = byId('message', HTMLElement);
  message.textContent = wrong ? `✗ ${text}` : text;
  message.classList.toggle('wrong', wrong);
}

function listen(): void {
  const chooser = byId('files', HTMLInputElement);
  chooser.addEventListener('change', () => {
    const files = [...(chooser.files ?? [])];
    chooser.value = '';
    void guard(() => sortIn(files));
  });
  const zone = byId('drop', HTMLElement);
  // A file that is dropped beside the zone must not replace the page.
  addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) zone.classList.remove('over');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    const files = [...(event.dataTransfer?.files ?? [])];
    void guard(() => sortIn(files));
  });
  const form = byId('form', HTMLFormElement);
  form.addEventListener('change', () => void guard(judgeIfComplete));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void guard(verifyNow);
  });
}

function sayHowOpened(): void {
  byId('opened', HTMLElement).textContent =
    location.protocol === 'file:'
      ? 'You opened it from a file.'
      : `You opened it from ${location.origin}, which can change it at any time.`;
}

export function start(): void {
  listen();
  showClock();
  sayHowOpened();
  showRows();
  if (!isSecureContext) tell(fail('verifier.platform', `${location.origin} is no secure context`));
}
