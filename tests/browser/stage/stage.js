// Shows any part of the interface over a small page, with the chunks of the package and a view that stands still:
//
//     stage/index.html?show=terms&lang=ar&theme=dark
//
// No engine is here. What it says of a person is in people.js; the tests of behaviour have a site, an engine and a backend.

import { PERSON, POLICY, WORDS } from './people.js';

const query = new URLSearchParams(location.search);
const shown = (query.get('show') ?? '').split(',').filter(Boolean);
const lang = query.get('lang') ?? 'en';
const rtl = lang === 'ar';
const root = document.documentElement;
const parts = query.get('parts') ?? '/browser/';
root.lang = lang;
root.dir = rtl ? 'rtl' : 'ltr';
if (query.get('theme')) root.dataset.theme = query.get('theme');

const own = (await import(`${parts}../texts/${lang}.js`)).default;
const texts = {
  lang, policy: 7, notice: 'hash:' + lang, layout: 'bar', partners: 3, noticeUrl: '/notice', stamp: '', first: [], places: [],
  texts: { ...own, ...(WORDS[lang] ?? WORDS.en) },
};

/** What was answered, for tests. */
const answers = (window.answers = []);
const watching = [];
const client = {
  view: structuredClone(PERSON),
  policy: POLICY,
  wishes: [{ id: 'glazes', value: 1 }],
  answer: (line, control, notice, more = {}) => void answers.push({ line, control, notice, ...more }),
  agree: (id, control) => void answers.push({ id, control }),
  allow: (service) => void answers.push({ service }),
  preferences: async () => {},
  watch: (call) => void watching.push(call),
  show: (name) => open(name),
};
const kernel = (window.kernel = {
  data: { site: 'stage', items: [] },
  context: { region: 'DE', signals: [], account: 'a1' },
  isGranted: () => false,
  on: () => {},
  preferences: async () => {},
  show: async () => {},
  client: async () => client,
  receipt: async () => new Blob(['{}']),
  reachGuardian: async () => {},
});
window.change = (about) => {
  Object.assign(client.view, about);
  for (const call of watching) call();
};

const load = (name) => import(`${parts}${name}.js`);
const place = (surface, where = 'places') => {
  const element = document.createElement('consent-kit');
  element.dataset.surface = surface;
  document.getElementById(where).append(element);
  return element;
};

const control = document.getElementById('control');
const HOW = {
  ...Object.fromEntries(['bar', 'box', 'dialog'].map((layout) => [layout, async () => (await load('banner')).show(kernel, { ...texts, layout }, { ...client, policy: POLICY })])),
  again: async () => (await load('banner')).show(kernel, texts, { ...client, view: { ...client.view, prompt: { ...PERSON.prompt, items: [{ item: 'analytics', reason: 'PURPOSE_CHANGED' }] } } }),
  centre: () => open('centre'),
  ask: async () => void (await load('ask')).ask(kernel, texts, client, 'functionality', control),
  sensitive: async () => {
    client.view.items.find(({ key }) => key === 'health').granted = false;
    void (await load('ask')).ask(kernel, texts, client, 'health', control);
  },
  optout: () => open('optout'),
  'optout-page': async () => (await load('optout')).open(kernel, texts, client, place('optout')),
  links: async () => (await load('links')).open(kernel, texts, client, place('links', 'links')),
  terms: () => open('terms'),
  child: () => open('guardian'),
  guardian: async () => (await load('guardian')).open(kernel, texts, client, place('guardian')),
  corner: async () => (await load('corner')).open(kernel, texts),
  embed,
};

async function open(name) {
  (await load(name)).open(kernel, texts, client);
}

/** The placeholder comes from the package as a page meets it: by a frame that waits. */
async function embed() {
  const frame = document.querySelector('iframe');
  Object.assign(frame.dataset, { src: 'about:blank', category: 'functionality', service: 'cartello' });
  const it = await load('embed');
  // The kernel's own names are shortened in the package, so every name that it may have finds the texts.
  await it.placeholders(new Proxy(kernel, { get: (target, name) => target[name] ?? { texts: async () => texts } }));
}

document.addEventListener('consentkit:documents', ({ detail: { control } }) => answers.push({ control }));
window.show = (name) => HOW[name]();
for (const name of shown) await HOW[name]();
document.title = 'Stage: ' + shown.join(', ');
root.dataset.ready = '';
