/** The switches of a preference centre and the answer line that they spell. */
import { h } from './el.js';
import { onOff } from './wishes.js';
import type { ItemView, Texts } from './types.js';

interface Held {
  item: ItemView;
  input: HTMLInputElement;
}

export class Switches {
  readonly #held = new Map<string, Held>();

  constructor(
    readonly texts: Texts,
    readonly onTurn: () => void,
  ) {}

  /** A switch for an item. State is told by place, sign and word. */
  draw(item: ItemView, labelledBy: string): HTMLElement {
    const turn = () => {
      this.#carry(item, input.checked);
      this.onTurn();
    };
    const input = h('input', {
      type: 'checkbox', role: 'switch', part: 'switch', value: item.key, 'aria-labelledby': labelledBy, change: turn,
    });
    input.checked = item.granted;
    this.#held.set(item.key, { item, input });
    return onOff(this.texts, input);
  }

  /** How many stand differently from how they were found. */
  changed(): number {
    return [...this.#held.values()].filter(({ item, input }) => input.checked != item.granted).length;
  }

  /** One letter for each item. What has a switch is answered, touched or not; the rest is kept. */
  line(items: readonly ItemView[]): string {
    return items
      .map((item) => {
        const held = this.#held.get(item.key);
        return held ? (held.input.checked ? item.on : item.off) : item.keep;
      })
      .join('');
  }

  /** A purpose takes its recipients along; a recipient that is turned on needs its purpose. */
  #carry(turned: ItemView, checked: boolean): void {
    for (const { item, input } of this.#held.values()) {
      if (item.purpose != turned.purpose) continue;
      if (!turned.recipient) input.checked = checked;
      else if (checked && !item.recipient) input.checked = true;
    }
  }
}
