/**
 * What `build` appends to boot where the policy pins keys: a while after the page's first line, and at most every few hours, the page
 * asks for a newer policy. A page without keys does not carry it, and no page waits for it.
 */
import { isDue, SOON } from '../client/due.js';
import type { Kernel } from './kernel.js';

const script = document.currentScript as HTMLScriptElement;
// As in main.ts, whose names are its own.
const base = new URL(script.dataset['base'] ?? document.documentElement.dataset['base'] ?? '.', script.src || location.href).href;
const kernel = (window as { ConsentKit?: unknown }).ConsentKit as Kernel;
setTimeout(() => {
  if (isDue(kernel)) import(base + 'delivery.js').then((it) => it.lookFrom(kernel, base)).catch(() => {});
}, SOON);
