/** Asks about one purpose, recipient or service where it is needed. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { showAsk } from '../ui/ask.js';
import { namesOf } from '../ui/names.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { log } from './log.js';
import { look } from './look.js';
import { answerOnly } from './only.js';

let shown: Shown | undefined;

/** Whether it is permitted in the end. A second question takes the place of the first, which then has no answer. */
export function ask(kernel: Kernel, texts: TextBundle, client: Client, what: string | HTMLElement, beside?: HTMLElement): Promise<boolean> {
  const element = typeof what === 'string' ? beside : what;
  const about = typeof what === 'string' ? what : what.dataset['purpose'] ?? what.dataset['service'] ?? '';
  const keys = client.policy.services?.find(({ id }) => id === about)?.needs ?? [about];
  const items = client.view.items.filter(({ key }) => keys.includes(key));
  const permitted = () => keys.every((key) => kernel.isGranted(key));
  if (!items.length) log('UNKNOWN_ID', `ask("${about}"): the policy has no such purpose, recipient or service`);
  if (permitted() || !items.length) return Promise.resolve(permitted());
  shown?.close();
  // Only what is off is asked.
  const open = items.filter(({ granted }) => !granted);
  if (open.some(({ control }) => control === 'guardian')) return client.show('guardian').then(() => false);
  return new Promise((resolve) => {
    shown = showAsk({
      ...look(texts),
      policy: client.policy,
      names: namesOf(client.policy, look(texts)),
      items: open,
      beside: element,
      onDone(yes) {
        shown = undefined;
        if (yes !== undefined) {
          const control = yes ? 'ask.accept' : 'ask.refuse';
          answerOnly(client, open.map(({ key }) => key), yes ? 'on' : 'off', control, texts.notice + ':just_in_time');
        }
        resolve(permitted());
      },
    });
  });
}

/** Closes it without an answer; false when none was open. */
export function close(): boolean {
  const open = shown;
  shown = undefined;
  open?.close();
  return !!open;
}
