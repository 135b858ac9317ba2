/**
 * The inline snippet: synchronous, and all that a returning visitor loads.
 *
 * `build` puts the policy's data in place of CK_DATA. A stored snapshot that holds opens the gates at once.
 * A first visitor gets the case of their place and, where something must be asked, the banner. Whatever
 * else there is in storage needs the engine, and until it is there only what a refusal leaves on is on.
 */
import type { BootData } from '../types.gen.js';
import { readContext } from './context.js';
import { createKernel } from './kernel.js';
import { pickLang } from './lang.js';
import { open, replay } from './open.js';

declare const CK_DATA: BootData;

const script = document.currentScript as HTMLScriptElement;
const options = { ...document.documentElement.dataset, ...script.dataset };
const base = new URL(options['base'] ?? '.', script.src || location.href).href;
/** What cannot be loaded is said and waited for: whoever needs it stays where it is, and so do the gates. */
const load = (name: string): Promise<any> =>
  import(base + name + '.js').catch((error) => {
    console.warn('[ConsentKit] UNAVAILABLE', error);
    return new Promise(() => {});
  });

const data = CK_DATA;
const kernel = createKernel(data, readContext(options), {
  texts: () => load('texts.' + pickLang(data.langs)).then((it) => it.default),
  first: () => load('first.' + pickLang(data.langs)),
  load,
  client: (kernel) => load('client').then((it) => it.connectBuilt(kernel, base)),
});
open(kernel);
// The page comes back from the back/forward cache, or another tab has answered.
addEventListener('pageshow', (event) => event.persisted && replay(kernel));
addEventListener('storage', () => replay(kernel));
