/** The documents that wait for whoever is signed in, one after another. */
import type { Kernel, Told } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { openTerms } from '../ui/terms.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';

let shown: Shown | undefined;
let watching = false;

/** What was put off or declined on this page is not asked again on it. */
const done = new Set<string>();

/** In a place of the page it also comes when a document begins to wait later on. */
export function open(kernel: Kernel, texts: TextBundle, client: Client, place?: HTMLElement): void {
  if (!place) done.clear();
  if (place && !watching) client.watch(() => next(kernel, texts, client));
  watching ||= !!place;
  next(kernel, texts, client);
}

function next(kernel: Kernel, texts: TextBundle, client: Client): void {
  const waiting = client.view.documents.filter((it) => it.waits);
  const document = waiting.find(({ id, version }) => !done.has(id + version));
  if (shown || !document) return;
  const opened = (shown = openTerms({
    ...look(texts),
    controller: client.policy.controllers[0]?.name ?? '',
    document,
    onAnswer(yes) {
      if (yes) client.agree(document.id, 'terms.accept', texts.notice + ':just_in_time');
      // Nobody's consent depends on it; what follows is a matter of the contract, and so of the page.
      else tell(kernel, { documents: [document], control: 'terms.refuse' });
    },
    onClose() {
      // It may have been closed because its words are old; another is open then.
      if (shown !== opened) return;
      shown = undefined;
      done.add(document.id + document.version);
      next(kernel, texts, client);
    },
  }));
}

function tell({ granted, services }: Kernel, about: Partial<Told>): void {
  globalThis.document.dispatchEvent(new CustomEvent('consentkit:documents', { detail: { granted, services, ...about } }));
}

/** Closes it without an answer; false when none was open. */
export function close(): boolean {
  const open = shown;
  shown = undefined;
  open?.close();
  return !!open;
}
