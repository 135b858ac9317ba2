// Runs first in every page: keeps what the console says, what is thrown and what ConsentKit announces.
(() => {
  const seen = { url: location.href, lines: [], errors: [], violations: [], events: [] };
  Object.defineProperty(window, '__seen', { value: seen });

  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    const real = console[level].bind(console);
    console[level] = (...args) => {
      seen.lines.push({ level, text: args.map(String).join(' ') });
      real(...args);
    };
  }
  addEventListener('error', (event) => seen.errors.push(`${event.message} ${event.error?.stack ?? ''}`));
  addEventListener('unhandledrejection', (event) => seen.errors.push(`unhandled: ${event.reason} ${event.reason?.stack ?? ''}`));
  document.addEventListener('securitypolicyviolation', (event) => {
    seen.violations.push({ directive: event.violatedDirective, blocked: event.blockedURI, sample: event.sample });
  });
  for (const name of ['first-consent', 'consent', 'change', 'withdraw', 'guardian', 'documents']) {
    document.addEventListener(`consentkit:${name}`, (event) => {
      seen.events.push({ name, detail: JSON.parse(JSON.stringify(event.detail ?? null)), at: Date.now() });
    });
  }
  // A page that reloads itself takes its memory along; the server keeps it.
  addEventListener('pagehide', () => navigator.sendBeacon('/__seen', JSON.stringify(seen)));
})();
