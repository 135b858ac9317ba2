// What must be true of the geometry of every part of the interface, whatever its words, size and direction.

/** What is wrong with the parts on the page, one line each. Runs in the page. */
export function measure() {
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} px wide in a window of ${page.clientWidth}`);
  const roots = [...document.querySelectorAll('*')].map((it) => it.shadowRoot).filter(Boolean);
  if (!roots.length) found.push('nothing is shown');
  for (const root of roots) {
    const name = root.host.localName;
    const seen = (it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && it.getClientRects().length > 0;
    const called = (it) => `${name} ${it.localName}${it.value ? `[${it.value}]` : ''} "${(it.textContent || it.ariaLabel || '').trim().slice(0, 24)}"`;
    const targets = [...root.querySelectorAll('button:not(p button), summary, select, input:not([role=switch]), label.sw')].filter(seen);
    for (const target of targets) {
      const { height, width, left, right } = target.getBoundingClientRect();
      if (height < 43.5 || width < 43.5) found.push(`${called(target)} is ${width.toFixed(1)} × ${height.toFixed(1)}`);
      if (left < -0.5 || right > page.clientWidth + 0.5) found.push(`${called(target)} stands out of the window: ${left.toFixed(1)} to ${right.toFixed(1)} of ${page.clientWidth}`);
      if (target.scrollWidth > target.clientWidth + 1 && target.localName === 'button') found.push(`${called(target)} has more text than room`);
    }
    for (const [at, a] of targets.entries()) {
      for (const b of targets.slice(at + 1)) {
        if (a.contains(b) || b.contains(a)) continue;
        // A purpose's own switch lies in the row that opens its details, which is as wide as the row.
        if ([a, b].some((it) => it.localName === 'summary')) continue;
        const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
        const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        if (across > 1 && down > 1 && !fixed(a, b)) found.push(`${called(a)} and ${called(b)} overlap by ${across.toFixed(0)} × ${down.toFixed(0)}`);
      }
    }
    for (const pair of root.querySelectorAll('.pair')) {
      const [one, two, ...more] = [...pair.querySelectorAll(':scope > button')].filter(seen);
      if (!one) continue;
      if (!two || more.length) found.push(`${name}: a pair of ${2 + more.length - !two}`);
      else for (const line of unlike(one, two)) found.push(`${name}: ${line}`);
    }
    for (const text of root.querySelectorAll('h2, h3, h4, p, dd, dt, small, li, span')) {
      if (!seen(text) || text.closest('.live')) continue;
      const { left, right } = text.getBoundingClientRect();
      if (left < -1 || right > page.clientWidth + 1) found.push(`${called(text)} stands out of the window`);
    }
    for (const box of root.querySelectorAll('.b, .c, .s, .j')) {
      if (!seen(box)) continue;
      const { left, right, width, top, height } = box.getBoundingClientRect();
      if (left < -0.5 || right > page.clientWidth + 0.5) found.push(`${name} is ${width} px wide`);
      if (getComputedStyle(box).position === 'fixed' && (top < -0.5 || top + height > innerHeight + 0.5)) found.push(`${name} stands out of the window: ${top} + ${height} of ${innerHeight}`);
    }
  }
  return found;

  /** In parts that scroll while a bar stays, one may lie behind the other. */
  function fixed(a, b) {
    const scrolls = (it) => it.closest('.body, .main, .side');
    return !!scrolls(a) !== !!scrolls(b);
  }

  function unlike(one, two) {
    const lines = [];
    const [a, b] = [one, two].map((it) => it.getBoundingClientRect());
    if (Math.abs(a.width - b.width) > 0.6 || Math.abs(a.height - b.height) > 0.6) lines.push(`the answers are ${a.width} × ${a.height} and ${b.width} × ${b.height}`);
    const [x, y] = [getComputedStyle(one), getComputedStyle(two)];
    for (const name of ['color', 'backgroundColor', 'borderColor', 'borderWidth', 'fontSize', 'fontWeight', 'fontFamily', 'textDecorationLine', 'opacity', 'boxShadow']) {
      if (x[name] !== y[name]) lines.push(`the answers differ in ${name}: ${x[name]} and ${y[name]}`);
    }
    return lines;
  }
}

/**
 * Controls that cannot be told from what they stand on, where the system has its own colours: backgrounds are gone there, so a button
 * needs a border, and so does the track of a switch. What is underlined is read as a link. Runs in the page.
 */
export function edges() {
  const roots = [...document.querySelectorAll('*')].map((it) => it.shadowRoot).filter(Boolean);
  const controls = roots.flatMap((root) => [...root.querySelectorAll('button, input, select, textarea')].map((it) => [root.host.localName, it]));
  return controls.flatMap(([name, it]) => {
    if (!it.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || !it.getClientRects().length) return [];
    const { borderTopWidth, borderTopColor, borderTopStyle, backgroundColor, textDecorationLine, appearance } = getComputedStyle(it);
    const ground = getComputedStyle(it.closest('[part=surface]') ?? document.body).backgroundColor;
    const differs = (colour) => colour !== ground && !/^rgba.*, 0\)$/.test(colour);
    const edge = (parseFloat(borderTopWidth) > 0 && borderTopStyle !== 'none' && differs(borderTopColor)) || differs(backgroundColor);
    // An icon or a word alone, such as the cross that closes, is drawn in the colour of text.
    if (edge || (appearance === 'auto' && it.localName !== 'button') || textDecorationLine.includes('underline') || it.matches('.x, .quiet')) return [];
    return [`${name} ${it.localName}[${it.value}] "${(it.textContent || it.ariaLabel || '').trim().slice(0, 24)}" has no edge`];
  });
}
