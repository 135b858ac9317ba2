/** The page that checks receipts: what is put in, and what was found. */
import { verify } from '../index.js';
import type { Found, Report, Step } from '../index.js';

const NAMES: Record<Step['step'], string> = {
  receipt: 'It is a receipt',
  hash: 'The record has its id',
  record: 'The record can be read',
  statement: 'The receipt says what the record says',
  policy: 'The policy is the one that you answered under',
  notice: 'The words are those that you were shown',
  leaf: 'The proof is for this record',
  inclusion: 'The record is in the log',
  signature: 'The log has signed',
  key: 'The log is the one that you trust',
};

/** A sign and a word; no colour is needed to tell them apart. */
const SIGNS: Record<Found, [string, string]> = { pass: ['✓', 'Holds'], fail: ['✗', 'Fails'], open: ['○', 'Not checked'] };

const SUMS: Record<Found, string> = {
  pass: 'This receipt holds.',
  fail: 'Do not rely on this receipt.',
  open: 'Nothing is wrong with this receipt, but not all of it could be checked.',
};

const by = <T extends HTMLElement>(id: string, type: new () => T): T => {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
};

const receipt = by('receipt', HTMLTextAreaElement);
const key = by('key', HTMLInputElement);
const file = by('file', HTMLInputElement);
const notice = by('notice', HTMLInputElement);
const drop = by('drop', HTMLElement);
const verdict = by('verdict', HTMLElement);

by('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
file.addEventListener('change', () => void take(file.files));
for (const type of ['dragover', 'dragleave', 'drop']) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragover');
  });
}
drop.addEventListener('drop', (event) => void take(event.dataTransfer?.files));
// A file that misses the field would take the place of the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());

async function take(files: FileList | null | undefined): Promise<void> {
  const [first] = files ?? [];
  if (!first) return;
  receipt.value = await first.text();
  await check();
}

async function check(): Promise<void> {
  const [words] = notice.files ?? [];
  show(verify(receipt.value, { key: key.value.trim() || undefined, notice: words && (await words.text()) }));
}

function show({ verdict: sum, id, steps }: Report): void {
  verdict.textContent = SUMS[sum];
  by('record', HTMLElement).textContent = id && `Record ${id}`;
  by('steps', HTMLElement).replaceChildren(...steps.map(row));
  by('result', HTMLElement).hidden = false;
  // Who listens hears the sum first, and can go on to the steps.
  verdict.focus();
}

function row({ step, status, found }: Step): HTMLElement {
  const item = document.createElement('li');
  item.dataset['status'] = status;
  const [sign, word] = SIGNS[status];
  const signed = piece('sign', sign);
  signed.setAttribute('aria-hidden', 'true');
  item.append(signed, piece('name', NAMES[step]), piece('state', word), piece('facts', found));
  return item;
}

function piece(name: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
