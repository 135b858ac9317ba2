/** What stands in the page for something else: placeholders of frames that wait, and places for parts of the interface. */
import type { Kernel } from '../boot/kernel.js';
import { placeEmbed } from '../ui/embed.js';
import type { Shown } from '../ui/types.js';
import { look } from './look.js';

const placed = new Map<HTMLElement, Shown>();

const places = new WeakSet<HTMLElement>();

/** Puts a placeholder before every frame that waits, and takes away those of frames that have started. */
export async function placeholders(kernel: Kernel): Promise<void> {
  for (const place of document.querySelectorAll<HTMLElement>('consent-kit')) {
    if (places.has(place)) continue;
    places.add(place);
    // What the engine has no part in does not load it.
    if (place.dataset['surface'] === 'corner') void Promise.all([kernel._parts.load('corner'), kernel._parts.texts()]).then(([it, texts]) => it.open(kernel, texts));
    else void kernel.show(place);
  }
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
