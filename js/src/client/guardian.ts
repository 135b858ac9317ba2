/** What only a guardian may answer: told to a child, asked of a guardian. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { openChild, placeGuardian } from '../ui/guardian.js';
import { namesOf } from '../ui/names.js';
import type { GuardianInput, Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';
import { lineOf } from './only.js';

let shown: Shown | undefined;

/**
 * Over the page it speaks to the child. In a place of the page it asks the guardian, and whoever answers there counts as one: it
 * belongs on a page that the site opens only for somebody whom it has made sure of.
 */
export function open(kernel: Kernel, texts: TextBundle, client: Client, place?: HTMLElement): void {
  const { reachGuardian } = kernel;
  let opened: Shown | undefined;
  const theirs = client.view.items.filter(({ control }) => control === 'guardian').map(({ key }) => key);
  const items = () => client.view.items.filter(({ key }) => theirs.includes(key));
  const input: GuardianInput = {
    ...look(texts),
    policy: client.policy,
    names: namesOf(client.policy, look(texts)),
    get items() {
      return items();
    },
    reach: reachGuardian && ((address) => Promise.resolve(reachGuardian(address, theirs))),
    onAnswer: ({ key }, yes) =>
      client.answer(lineOf(client.view, [key], yes ? 'on' : 'off'), yes ? 'guardian.accept' : 'guardian.refuse', texts.notice + ':just_in_time', { actor: 'guardian' }),
    onClose: () => void (shown === opened && (shown = undefined)),
  };
  if (place) client.watch(placeGuardian(place, input));
  else if (!shown) opened = shown = openChild(input);
}

/** Closes it without an answer; false when none was open. */
export function close(): boolean {
  const open = shown;
  shown = undefined;
  open?.close();
  return !!open;
}
