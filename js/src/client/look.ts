import type { TextBundle } from '../types.gen.js';
import type { Look } from '../ui/types.js';

const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)\b/;

/** Words and direction for a component; a theme only where the page has decided on one. */
export const look = ({ texts, lang }: TextBundle): Look => ({
  texts,
  lang,
  dir: RIGHT_TO_LEFT.test(lang) ? 'rtl' : 'ltr',
  theme: document.documentElement.dataset['theme'],
});
