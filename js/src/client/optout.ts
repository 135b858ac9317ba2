/** Opting out where nobody is asked: over the page, or in a place of a page about privacy. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { openOptOut, placeOptOut } from '../ui/optout.js';
import { namesOf } from '../ui/names.js';
import type { OptOutInput } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';
import { lineOf } from './only.js';

let shown: ReturnType<typeof openOptOut> | undefined;

export function open(_kernel: Kernel, texts: TextBundle, client: Client, place?: HTMLElement): void {
  const notice = texts.notice + ':just_in_time';
  let rows: typeof shown;
  const input: OptOutInput = {
    ...look(texts),
    get view() {
      return client.view;
    },
    names: namesOf(client.policy, look(texts)),
    onAnswer(link, on) {
      const keys = client.view.items.filter(({ links }) => links.includes(link)).map(({ key }) => key);
      client.answer(lineOf(client.view, keys, on ? 'on' : 'off'), on ? 'optout.accept' : 'optout.refuse', notice);
    },
    onConflict(yes) {
      const { conflict, items } = client.view;
      const torn = items.filter(({ keep }, index) => conflict[index] !== keep).map(({ key }) => key);
      client.answer(yes ? conflict : lineOf(client.view, torn, 'off'), yes ? 'conflict.accept' : 'conflict.refuse', notice);
    },
    onClose: () => void (shown === rows && (shown = undefined)),
  };
  if (place) {
    client.watch(placeOptOut(place, input).update);
  } else if (!client.view.prompt.links.length && !client.view.conflict) {
    // Where the law wants no links, everything is in the centre.
    void client.preferences();
  } else if (!shown) {
    const opened = (rows = shown = openOptOut(input));
    client.watch(() => shown === opened && opened.update());
  }
}

/** Closes it without an answer; false when none was open. */
export function close(): boolean {
  const open = shown;
  shown = undefined;
  open?.close();
  return !!open;
}
