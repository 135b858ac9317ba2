/** Placeholders for frames that wait: load once, or always allow. */
import type { Kernel } from '../boot/kernel.js';
import { placeEmbed } from '../ui/embed.js';
import type { Shown } from '../ui/types.js';
import { look } from './look.js';

const placed = new Map<HTMLElement, Shown>();

/** Puts a placeholder before every frame that waits, and takes away those of frames that have started. */
export async function placeholders(kernel: Kernel): Promise<void> {
  const texts = await kernel._parts.texts();
  for (const [frame, shown] of placed) {
    if (frame.dataset['src'] && frame.isConnected) continue;
    shown.close();
    placed.delete(frame);
  }
  for (const frame of document.querySelectorAll<HTMLElement>('iframe[data-src][data-category]')) {
    if (placed.has(frame)) continue;
    const { service = '', category = '', title = frame.title || service } = frame.dataset;
    const shown = placeEmbed(frame, {
      ...look(texts),
      service: { id: service, name: title },
      link: frame.dataset['link'],
      // For as long as the page lives; nothing is recorded.
      onOnce: () => (kernel._start(frame), void placeholders(kernel)),
      onAlways: () => void kernel.client().then((client) => client.allow(service, category, texts.notice + ':just_in_time')),
    });
    placed.set(frame, shown);
  }
}

/** Draws all placeholders anew, with other words. */
export async function replace(kernel: Kernel): Promise<void> {
  await kernel._parts.texts();
  placed.forEach((shown) => shown.close());
  placed.clear();
  await placeholders(kernel);
}
