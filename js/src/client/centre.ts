/** The preference centre, over the page. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { openCentre } from '../ui/centre.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';

let shown: Shown | undefined;

/** Opens it; one that is open stays. */
export function open(kernel: Kernel, texts: TextBundle, client: Client): void {
  if (shown) return;
  const opened = openCentre({
    ...look(texts),
    get view() {
      return client.view;
    },
    policy: client.policy,
    noticeUrl: texts.noticeUrl,
    onAnswer: (line, control, wishes = []) => client.answer(line, control, texts.notice + ':layer2', { wishes }),
    wishes: client.wishes,
    onReceipt: kernel.receipt && (() => void saveReceipt(kernel)),
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

/** Hands the receipt to the browser as a file. */
async function saveReceipt({ receipt }: Kernel): Promise<void> {
  const file = await receipt?.()?.catch(() => undefined);
  if (!file) return;
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = 'receipt.json';
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(address));
}
