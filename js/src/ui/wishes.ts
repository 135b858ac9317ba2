/** Wishes inside a purpose: topics and channels as switches, frequencies as steps. Never a legal basis, so "accept all" leaves them. */
import { h, type Child } from './el.js';
import { label } from './particulars.js';
import { text } from './texts.js';
import type { CentrePurpose, Texts, Wish } from './types.js';

export class Wishes {
  readonly #held = new Map<string, { was: number; now: number }>();

  constructor(
    readonly texts: Texts,
    readonly wishes: readonly Wish[],
    readonly onTurn: () => void,
  ) {}

  draw({ preferences = [] }: CentrePurpose): Child {
    return preferences.length > 0 && [label(this.texts, 'wishes'), h('ul', {}, preferences.map((it) => this.#row(it)))];
  }

  /** What stands differently from how it was found. */
  changed(): Wish[] {
    return [...this.#held].filter(([, { was, now }]) => was !== now).map(([id, { now }]) => ({ id, value: now }));
  }

  #row({ id, steps = [] }: NonNullable<CentrePurpose['preferences']>[number]): HTMLElement {
    // Who has said nothing has not asked for less.
    const most = Math.max(steps.length - 1, steps.length ? 0 : 1);
    const was = Math.min(this.wishes.find((wish) => wish.id === id)?.value ?? most, most);
    const held = { was, now: was };
    this.#held.set(id, held);
    const name = `p-${id}`;
    const turn = (value: number) => {
      held.now = value;
      this.onTurn();
    };
    return h('li', { class: 'row', part: 'preference' },
      h('div', { class: 'nm' }, h('h4', { id: name }, text(this.texts, `preference.${id}.name`))),
      steps.length ? this.#steps(id, steps, was, name, turn) : this.#onOff(was, name, turn));
  }

  #steps(id: string, steps: readonly string[], was: number, name: string, turn: (value: number) => void): HTMLElement {
    const select: HTMLSelectElement = h('select', { part: 'select', 'aria-labelledby': name, change: () => turn(select.selectedIndex) },
      steps.map((step) => h('option', {}, text(this.texts, `preference.${id}.${step}`))));
    select.selectedIndex = was;
    return select;
  }

  #onOff(was: number, name: string, turn: (value: number) => void): HTMLElement {
    const input: HTMLInputElement = h('input', { type: 'checkbox', role: 'switch', part: 'switch', 'aria-labelledby': name, change: () => turn(+input.checked) });
    input.checked = !!was;
    return onOff(this.texts, input);
  }
}

/** A switch with its state in words beside it. */
export function onOff(texts: Texts, input: HTMLInputElement): HTMLElement {
  const word = (state: string) => h('span', { class: state, 'aria-hidden': 'true' }, text(texts, `ui.${state}`));
  return h('label', { class: 'sw' }, word('on'), word('off'), input);
}
