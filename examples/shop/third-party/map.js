// A made-up map: it remembers the visitor on its own host, where no page of the shop can reach it.
(() => {
  const remember = () => localStorage.setItem('cartello.view', JSON.stringify({ zoom: 14, at: Date.now() }));
  remember();
  setInterval(remember, 1000);
})();
