// A made-up analytics script that behaves like the real ones: it knows its visitor by a cookie and a
// storage key, writes both again every second, and tells its server about every page.
(() => {
  const server = new URL(document.currentScript.src).origin;
  const visitor = localStorage.getItem('cw.visitor') ?? crypto.randomUUID();

  const remember = () => {
    document.cookie = `_cw=${visitor}; path=/; max-age=34128000; SameSite=Lax`;
    localStorage.setItem('cw.visitor', visitor);
  };
  remember();
  const timer = setInterval(remember, 1000);
  navigator.sendBeacon(`${server}/hit?page=${encodeURIComponent(location.pathname)}`);

  window.countwise = { stop: () => clearInterval(timer) };
})();
