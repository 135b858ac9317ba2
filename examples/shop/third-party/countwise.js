// A made-up analytics script that behaves like the real ones: it knows its visitor by a cookie and a
// storage key, writes both again every second, and tells its server about every page.
(() => {
  const server = new URL(document.currentScript.src).origin;
  const visitor = stored('cw.visitor') ?? Math.random().toString(36).slice(2);

  const remember = () => {
    document.cookie = `_cw=${visitor}; path=/; max-age=34128000; SameSite=Lax`;
    store('cw.visitor', visitor);
  };
  remember();
  const timer = setInterval(remember, 1000);
  navigator.sendBeacon(`${server}/hit?page=${encodeURIComponent(location.pathname)}`);

  window.countwise = { stop: () => clearInterval(timer) };

  // Storage may be full, forbidden or missing: then the cookie is enough.
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function store(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {}
  }
})();
