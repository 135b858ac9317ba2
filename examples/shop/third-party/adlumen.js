// A made-up advertising script. Like many of its kind it offers no way to stop it, and it writes its
// cookie again every second, so only a reload ends it.
(() => {
  const server = new URL(document.currentScript.src).origin;
  const id = /(?:^|; )_al_id=([^;]+)/.exec(document.cookie)?.[1] ?? Math.random().toString(36).slice(2);

  const remember = () => {
    document.cookie = `_al_id=${id}; path=/; max-age=15552000; SameSite=Lax`;
    try {
      localStorage.setItem('al:seen', String(Date.now()));
    } catch {
      // Storage may be full, forbidden or missing: then the cookie is enough.
    }
  };
  remember();
  setInterval(remember, 1000);
  navigator.sendBeacon(`${server}/beacon?page=${encodeURIComponent(location.pathname)}`);
})();
