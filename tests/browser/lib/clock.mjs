// Clocks and storage that misbehave, as code that runs in the page before anything else.

/** The clock of the page shows `expression`, in which `real()` is the true time in milliseconds. */
export function clock(expression) {
  return `(() => {
    const True = Date;
    const real = () => True.now();
    const now = () => ${expression};
    window.Date = class Date extends True {
      constructor(...parts) { parts.length > 0 ? super(...parts) : super(now()); }
      static now() { return now(); }
    };
  })();`;
}

/** localStorage is full to the last character. */
export const full = `(() => {
  localStorage.clear();
  let piece = 'x'.repeat(1 << 20);
  let n = 0;
  while (piece.length > 0) {
    try {
      localStorage.setItem('full:' + n, piece);
      n += 1;
    } catch {
      piece = piece.slice(0, piece.length >> 1);
    }
  }
  for (;;) {
    try {
      localStorage.setItem(String.fromCharCode(97 + (n % 26)) + n.toString(36), '');
      n += 1;
    } catch {
      break;
    }
  }
})();`;
