/**
 * The gates: scripts, frames, images and links that wait for a purpose or a service.
 *
 *     <script type="text/plain" data-category="analytics" data-service="counter" data-src="…"></script>
 *
 * `data-category="!analytics"` runs while the purpose is off. Frames and images wait with `data-src`,
 * links with `data-href`.
 */
import type { Kernel } from './kernel.js';

const WAITING = '[type="text/plain"][data-category],:is([data-src],[data-href]):not(script)[data-category]';

/** Opens what may be opened now, and from now on whenever something is added or allowed. */
export function openGates(kernel: Kernel): void {
  const scan = (kernel._scan = () => {
    let frame = false;
    for (const element of document.querySelectorAll<HTMLElement>(WAITING)) {
      if (mayStart(kernel, element)) start(element);
      else frame ||= element.localName === 'iframe';
    }
    // A frame that waits gets a placeholder, and only then is the code for it loaded.
    if (frame) void kernel._parts.embed().then((it) => it.placeholders(kernel));
  });
  new MutationObserver(scan).observe(document, { childList: true, subtree: true });
  scan();
}

function mayStart(kernel: Kernel, { dataset: { category = '', service = '' } }: HTMLElement): boolean {
  if (category[0] === '!') return !kernel.isGranted(category.slice(1));
  return kernel.data.services.includes(service) ? kernel.services.includes(service) : kernel.isGranted(category);
}

/** A script that was parsed as text never runs, a copy of it does. Everything else gets its address. */
export function start(element: HTMLElement): void {
  const script = document.createElement('script');
  const copied = element.localName === 'script';
  const target = copied ? script : element;
  for (const { name, value } of [...element.attributes]) {
    const plain = name.replace(/^data-(src|href|type)$/, '$1');
    if (name !== 'type') target.setAttribute(plain, value);
    if (plain !== name) element.removeAttribute(name);
  }
  if (!copied) return;
  // The attribute of a parsed element is hidden from reading, its property is not.
  script.nonce = element.nonce;
  // Inserted scripts run in any order unless told otherwise.
  script.async = element.hasAttribute('async');
  script.text = element.textContent!;
  element.replaceWith(script);
}
