// The shop's own code: a basket that lives as long as the tab, and the hand-shake with consent.

const KEY = 'hm.basket';

/** The basket is strictly necessary, so it asks nobody; where storage is forbidden it lasts for the page. */
let pieces = read();

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-add]') : null;
  if (!button) return;
  pieces = [...pieces, button.dataset.add];
  write();
  show();
});
show();

// Countwise can be told to stop; without this line it would go on writing its cookie until the next page.
globalThis.ConsentKit?.onWithdraw?.('countwise', () => globalThis.countwise?.stop());

function show() {
  for (const count of document.querySelectorAll('[data-basket]')) count.textContent = String(pieces.length);
}

function read() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function write() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(pieces));
  } catch {
    // Full or forbidden: the basket still counts on this page.
  }
}
