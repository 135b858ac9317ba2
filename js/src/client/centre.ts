/** The preference centre, over the page. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { openCentre } from '../ui/centre.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';

let shown: Shown | undefined;

/** Opens it; one that is open stays. */
export function open(_kernel: Kernel, texts: TextBundle, client: Client): void {
  if (shown) return;
  const opened = openCentre({
    ...look(texts),
    get view() {
      return client.view;
    },
    policy: client.policy,
    noticeUrl: texts.noticeUrl,
    onAnswer: (line, control) => client.answer(line, control, texts.notice + ':layer2'),
    // Another may be open by then.
    onClose: () => void (shown === opened && (shown = undefined)),
  });
  shown = opened;
}

/** Closes it without an answer; false when none was open. */
export function close(): boolean {
  const open = shown;
  shown = undefined;
  open?.close();
  return !!open;
}
