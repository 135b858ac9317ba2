// What the application does about terms: `<consent-kit data-surface="terms">` asks, and the application says what follows from a no.

ConsentKit.on('documents', ({ control }) => {
  if (control !== 'terms.refuse') return;
  // Without new terms nothing is taken away that is there already.
  document.querySelector('[data-new]').disabled = true;
  const bar = document.querySelector('[data-terms]');
  bar.hidden = false;
  bar.textContent = 'You have not accepted the terms. You can read and export everything, and write no new invoices.';
});
