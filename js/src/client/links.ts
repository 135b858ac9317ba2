/** The links of a footer, in a place that the page has for them. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { placeLinks } from '../ui/links.js';
import type { Client } from './client.js';
import { log } from './log.js';
import { look } from './look.js';

/** It stands in the page: nothing is over it that could be closed. */
export const close = (): boolean => false;

export function open(_kernel: Kernel, texts: TextBundle, client: Client, place?: HTMLElement): void {
  if (!place) return log('UNKNOWN_ID', 'show("links"): links stand in a place of the page: <consent-kit data-surface="links"></consent-kit>');
  client.watch(placeLinks(place, {
    ...look(texts),
    get view() {
      return client.view;
    },
    onOpen: () => void client.show('optout'),
  }));
}
