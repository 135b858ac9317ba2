/** A card in the place of a frame that is not loaded: what it is, who would learn what, and two ways to load it. */
import { h, link } from './el.js';
import { host } from './host.js';
import css from './styles/near.css';
import { find, text } from './texts.js';
import type { EmbedInput, Shown } from './types.js';

/** Puts `<ck-embed>` in front of a blocked frame and hides the frame; `close()` shows it again. */
export function placeEmbed(target: HTMLElement, input: EmbedInput): Shown {
  const { texts, service, link: url, poster } = input;
  const { element, root } = host('ck-embed', css, input);
  const say = (key: string) => text(texts, `ui.${key}`).replace('{name}', () => service.name);
  const button = (value: string, click: () => void) => h('button', { part: 'answer', value, click }, say(value));

  const box = h('div', { class: poster ? 'ck e' : 'ck e plain', part: 'surface' }, h('slot', {}),
    h('div', { class: 'card', part: 'card', role: 'group', 'aria-labelledby': 't' },
      h('b', { id: 't', part: 'title' }, target.title || say('embed.title')),
      h('p', { part: 'text' }, find(texts, `service.${service.id}.text`) ?? say('embed.text')),
      h('div', { class: 'pair' }, button('once', input.onOnce), button('always', input.onAlways)),
      url && link(url, say('embed.link'))));
  shape(target, box);

  if (poster) element.append(poster);
  root.append(box);
  target.before(element);
  target.hidden = true;
  // A page's own `iframe { display: block }` would undo the attribute.
  target.style.setProperty('display', 'none', 'important');

  return {
    element,
    close() {
      if (!element.isConnected) return;
      const focused = root.activeElement;
      element.remove();
      target.style.removeProperty('display');
      target.hidden = false;
      if (focused) target.focus();
    },
  };
}

/** The frame's own measures, as far as its attributes say them in pixels. */
function shape(target: HTMLElement, box: HTMLElement): void {
  const [width, height] = ['width', 'height'].map((name) => parseInt(/^\d+$/.exec(target.getAttribute(name) ?? '')?.[0] ?? ''));
  const set = (name: string, value: string | 0 | undefined) => value && box.style.setProperty(name, value);
  set(width ? 'aspect-ratio' : 'min-block-size', height && (width ? `${width}/${height}` : `${height}px`));
  set('max-inline-size', width && `${width}px`);
}
