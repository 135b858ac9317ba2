/**
 * The gates: scripts, frames, images and links that wait for a purpose or a service.
 *
 *     <script type="text/plain" data-category="analytics" data-service="counter" data-src="…"></script>
 *
 * `data-category="!analytics"` runs while the purpose is off. Frames and images wait with `data-src`,
 * links with `data-href`. `<consent-kit data-surface="…">` is a place for a part of the interface.
 */
import type { Kernel } from './kernel.js';

const WAITING = 'consent-kit,[data-category]:not(script:not([type="text/plain"]))';

/** Opens what may be opened now, and from now on whenever something is added or allowed. */
export function openGates(kernel: Kernel): void {
  const scan = (kernel._scan = () => {
    for (const element of document.querySelectorAll<HTMLElement>(WAITING)) {
      if (mayStart(kernel, element)) start(element);
      // A frame that waits gets a placeholder, a place its part, and only then is the code for it loaded.
      else if (/-|if/.test(element.localName)) void kernel._parts.load('embed').then((it) => it.placeholders(kernel));
    }
  });
  new MutationObserver(scan).observe(document, { childList: true, subtree: true });
  scan();
}

function mayStart(kernel: Kernel, { dataset: { category = '', service } }: HTMLElement): boolean {
  if (category[0] === '!') return !kernel.isGranted(category.slice(1));
  return kernel.data.services.includes(service!) ? kernel.services.includes(service!) : kernel.isGranted(category);
}

/** A script that was parsed as text never runs, a copy of it does. Everything else gets its address. */
export function start(element: HTMLElement): void {
  const copy = element.localName === 'script' && (element.cloneNode() as HTMLScriptElement);
  if (copy) copy.type = '';
  for (const name of ['src', 'href', 'type']) {
    const value = element.dataset[name];
    delete element.dataset[name];
    if (value) (copy || element).setAttribute(name, trusted ? trusted.createScriptURL(value) : value);
  }
  if (!copy) return;
  // Inserted scripts run in any order unless told otherwise.
  copy.async = element.hasAttribute('async');
  copy.text = trusted ? trusted.createScript(element.textContent) : element.textContent!;
  element.replaceWith(copy);
}

// Where a page enforces Trusted Types: what is started here has stood in the page's own markup.
const same = (markup: string): string => markup;
const trusted = (globalThis as { trustedTypes?: any }).trustedTypes?.createPolicy('consentkit', { createScript: same, createScriptURL: same });
