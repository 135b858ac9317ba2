// Runs in the page of texts.test.mjs: draws banner, centre, sheet and placeholder of a built site in one language after the
// other, without an engine, and says what does not fit.

import { show } from '/consent/banner.js';
import { open } from '/consent/centre.js';
import { placeholders } from '/consent/embed.js';

// Less than this is rounding.
const SLACK = 0.75;

const policy = await (await fetch('/consent/policy.json')).json();
/** All words, as the parts of the interface that come later get them. */
const bundle = async (lang) => {
  const [first, more] = await Promise.all(['texts', 'more'].map(async (name) => (await import(`/consent/${name}.${lang}.js`)).default));
  return { ...first, texts: { ...first.texts, ...more } };
};

/** A view with every kind of control, a changed purpose, and a past. */
const CONTROLS = ['fixed', 'switch', 'switch', 'separate', 'separate', 'guardian', 'guardian', 'prohibited'];
const items = policy.purposes.map(({ id }, index) => ({
  key: id, purpose: id, recipient: '', control: CONTROLS[index], granted: index % 2 === 0, reasons: [{ code: 'EXPIRED' }],
  on: 'g', off: 'r', keep: 'l', isNew: index === 1, changes: [],
}));
const own = items.flatMap((item) => [item, { ...item, key: `${item.key}/acme`, recipient: 'acme' }]);
const view = {
  items: own, prompt: { kind: 'required', items: items.slice(1, 3).map(({ key }) => ({ item: key, reason: 'FIRST_VISIT' })) },
  centre: { accept: '', refuse: '' }, banner: { accept: '', refuse: '' }, withdraw: '', subject: 'V1StGXR8', lastAnswer: 1_795_424_400_000, askAgain: 0,
  history: [{ at: 1_795_424_400_000, control: 'banner.accept', given: ['a', 'b'], refused: ['c'], withdrawn: ['d'] }],
};
const client = { view, policy, answer() {} };
const frame = document.querySelector('iframe[data-src]');

/** What is wrong in a language, in words; the surfaces are closed again. */
window.measure = async (lang, dir) => {
  const texts = await bundle(lang);
  const found = [];
  const look = (surface, root) => found.push(...check(root, dir).map((it) => `${lang} ${innerWidth} ${surface}: ${it}`));

  const banner = show({}, texts, client);
  look('banner', banner.element.shadowRoot);
  banner.close();

  open({}, texts, client);
  const root = document.querySelector('ck-centre').shadowRoot;
  look('centre', root);
  for (const details of root.querySelectorAll('details')) details.open = true;
  look('centre, opened', root);
  root.querySelector('button.sep').click();
  look('sheet', root);
  for (const dialog of [...root.querySelectorAll('dialog')].reverse()) {
    const closed = new Promise((done) => dialog.addEventListener('close', done, { once: true }));
    dialog.close();
    await closed;
  }

  // Whatever part of the kernel it asks, it gets the texts.
  await placeholders(new Proxy({}, { get: () => ({ texts: () => texts }) }));
  look('placeholder', document.querySelector('ck-embed').shadowRoot);
  delete frame.dataset.src;
  await placeholders(new Proxy({}, { get: () => ({ texts: () => texts }) }));
  frame.dataset.src = '/nowhere';
  return found;
};

/** What the banner says of so many partners, where no build has counted them. */
window.partners = async (lang, count) => {
  const words = await bundle(lang);
  delete words.texts['ui.partners.all'];
  const banner = show({}, { ...words, partners: count }, client);
  const said = banner.element.shadowRoot.querySelector('button.link').textContent;
  banner.close();
  return said;
};

function check(root, dir) {
  const found = [];
  const surface = [...root.querySelectorAll('[part=surface]')].at(-1);
  if (getComputedStyle(surface).direction !== dir) found.push(`it is not written ${dir}`);
  for (const box of [surface, ...surface.querySelectorAll('.body, .main, .side, .card')]) {
    if (box.scrollWidth > box.clientWidth + SLACK) found.push(`${box.className} is ${box.scrollWidth - box.clientWidth} px too wide: ${widest(box)}`);
  }
  const buttons = [...surface.querySelectorAll('button:not(.link):not(.x)')].filter(seen);
  if (!buttons.length) found.push('there is no button');
  for (const button of buttons) {
    const its = button.getBoundingClientRect();
    const within = surface.getBoundingClientRect();
    if (its.left < within.left - SLACK || its.right > within.right + SLACK) found.push(`"${button.textContent}" sticks out of its surface`);
    for (const line of lines(button)) {
      const out = { left: its.left - line.left, right: line.right - its.right, top: its.top - line.top, bottom: line.bottom - its.bottom };
      const sides = Object.entries(out).filter(([, px]) => px > SLACK).map(([side, px]) => `${px.toFixed(1)} px at the ${side}`);
      if (sides.length) found.push(`"${button.textContent}" sticks out of its button, ${sides.join(', ')}`);
    }
  }
  for (const pair of [...surface.querySelectorAll('.pair')].filter((it) => it.children.length > 1)) found.push(...unequal(...pair.children));
  // The state of a row stands beside its words.
  for (const row of [...surface.querySelectorAll('li.row')].filter(seen)) {
    const state = row.querySelector(':scope > .sw, :scope > .fix, :scope > .sep');
    const words = [...row.querySelectorAll('h3, h4, summary p, summary small, .nm small, .tag')].filter(seen).flatMap(lines);
    if (state && lines(state).some((a) => words.some((b) => meet(a, b)))) found.push(`"${seenText(state)}" lies over the words of its row`);
  }
  return found;
}

/** What sticks out of a box, to find the reason. */
function widest(box) {
  const { left, right } = box.getBoundingClientRect();
  const out = [...box.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > right + SLACK || it.getBoundingClientRect().left < left - SLACK);
  return out.map((it) => `<${it.localName}>${it.textContent}`).at(-1);
}

/** Two answers that must be as easy to give: boxes of one size, beside or below each other, in the same type. */
function unequal(a, b) {
  const [one, two] = [a, b].map((it) => it.getBoundingClientRect());
  const [first, second] = [a, b].map((it) => getComputedStyle(it));
  const other = (name) => Math.abs(one[name] - two[name]) > SLACK;
  const differ = ['width', 'height'].filter(other);
  if (other('top') && other('left')) differ.push('place');
  differ.push(...['fontSize', 'fontWeight', 'color', 'backgroundColor', 'borderTopColor'].filter((name) => first[name] !== second[name]));
  return differ.map((name) => `"${a.textContent}" and "${b.textContent}" differ in ${name}`);
}

const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
const seenText = (element) => texts(element).map((node) => node.data).join(' ');
const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;

/** The boxes of the lines of text in an element. */
function lines(element) {
  const range = document.createRange();
  return texts(element).flatMap((node) => {
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  });
}

function texts(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (seen(walker.currentNode.parentElement)) found.push(walker.currentNode);
  return found;
}

window.ready = true;
