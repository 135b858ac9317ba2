// `cargo xtask bench web`: what a page pays for each candidate, in one Chromium, one after the other in every round.
//
// A first visit: bytes and requests until the banner, time until it is painted, work of the main thread with the processor slowed
// down four times, shift of the layout, how soon the click is answered, what axe finds. Then a return visit: when the script that was
// permitted runs. Prints medians, and how many times as much as ConsentKit it is.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync } from 'node:zlib';
import { engines } from '../browser/lib/browsers.mjs';
import { listen } from '../browser/lib/listen.mjs';
import { candidates, TAG } from './candidates.mjs';

const ROUNDS = Number(process.env.ROUNDS) || 9;
const SLOWER = 4;
const SETTLES_MS = 500;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const axe = readFileSync(createRequire(import.meta.resolve('../browser/lib/site.mjs')).resolve('axe-core/axe.min.js'), 'utf8');

// Runs before anything of the page: notes the first frame in which the banner can be seen, shifts and slow events. Whoever asks waits
// for a promise: asking again and again would be work of the main thread too, and more of it for whoever is slow.
const WATCH = ({ host = '', banner }) => `(() => {
  const seen = window.__bench = { shift: 0, slowest: 0 };
  const look = (found) => {
    const root = ${host ? `document.querySelector(${JSON.stringify(host)})?.shadowRoot` : 'document'};
    const it = root?.querySelector(${JSON.stringify(banner)});
    const box = it?.getBoundingClientRect();
    if (box && box.width > 0 && box.top < innerHeight && it.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return found(performance.now());
    requestAnimationFrame(() => look(found));
  };
  window.__banner = new Promise((found) => requestAnimationFrame(() => look(found)));
  let ran;
  const tag = new Promise((run) => (ran = run));
  Object.defineProperty(window, '__ran', { get: () => tag, set: ran });
  new PerformanceObserver((list) => list.getEntries().forEach((it) => (seen.shift += it.hadRecentInput ? 0 : it.value))).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((it) => (seen.slowest = Math.max(seen.slowest, it.interactionId ? it.duration : 0)))).observe({ type: 'event', durationThreshold: 16, buffered: true });
})()`;

const FIND = `const [host, selector] = arguments; const root = host ? document.querySelector(host).shadowRoot : document; return root.querySelector(selector);`;

const page = ({ head, tag }) => `<!doctype html><html lang="en" data-region="DE"><head><meta charset="utf-8"><title>Bench</title><meta name="viewport" content="width=device-width, initial-scale=1">
${head}
</head><body><main><h1>A page like many</h1>${'<p>Text that somebody came to read, and would like to go on reading while a banner is drawn.</p>'.repeat(30)}</main>
${tag}
</body></html>`;

const chromium = engines.find(({ name }) => name === 'chromium');
if (!chromium) {
  console.error('Chromium and chromedriver are needed: cargo xtask setup');
  process.exit(1);
}

const all = [];
for (const make of candidates) {
  const it = await make();
  it.served = await serve(it);
  it.figures = [];
  all.push(it);
}
const driver = await chromium.start();
const devtools = (name, parameters = {}) => driver.sendAndGetDevToolsCommand(name, parameters);
for (const domain of ['Network', 'Page', 'Performance', 'Runtime']) await devtools(`${domain}.enable`);
try {
  for (let round = 0; round <= ROUNDS; round++) {
    for (const it of all) {
      const figures = await visit(it).catch((error) => console.error(`${it.name}, round ${round}: ${error.message}`));
      // The first round fills the caches of the machine.
      if (round > 0 && figures) it.figures.push(figures);
    }
  }
} finally {
  await driver.done();
  await Promise.all(all.map(({ served }) => served.stop()));
}
print();

async function visit(it) {
  const { origin } = it.served;
  await devtools('Network.clearBrowserCache');
  await devtools('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await driver.get('about:blank');
  const { identifier } = await devtools('Page.addScriptToEvaluateOnNewDocument', { source: WATCH(it) });
  try {
    await devtools('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    it.served.log.splice(0);
    const before = await mainThread();
    await driver.get(`${origin}/`);
    const banner = await promised('__banner');
    // What begins with the banner belongs to it.
    await pause(SETTLES_MS);
    const work = (await mainThread()) - before;
    // Sizes are known a moment after the bytes.
    await until(() => driver.executeScript('return performance.getEntriesByType("resource").every((it) => it.responseEnd > 0)'), 'all has arrived');
    const [requests, bytes] = await driver.executeScript(`
      const all = performance.getEntriesByType('resource').filter((it) => it.startTime <= arguments[0] && !it.name.endsWith('/favicon.ico'));
      return [all.length, all.reduce((sum, it) => sum + it.encodedBodySize, 0)];`, banner);
    await devtools('Emulation.setCPUThrottlingRate', { rate: 1 });
    const violations = await axeOf(it);
    await devtools('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const accept = await until(() => driver.executeScript(FIND, it.host ?? '', it.accept), `${it.name}: a button`);
    await accept.click();
    await promised('__ran');
    await pause(SETTLES_MS);
    const { shift, slowest } = await driver.executeScript('return window.__bench');
    await driver.get(`${origin}/`);
    const again = await promised('__ran');
    return { bytes: bytes + it.inline, requests, banner, work: work * 1000, again, shift, slowest: Math.max(slowest, 16), violations };
  } finally {
    await devtools('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    await devtools('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
}

/** What a promise of the page comes to. */
async function promised(expression) {
  const { result, exceptionDetails } = await devtools('Runtime.evaluate', { expression: `Promise.race([${expression}, new Promise((_, no) => setTimeout(no, 30000, '${expression} for 30 s'))])`, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`it waits for ${result.value ?? exceptionDetails.text}`);
  return result.value;
}

/** Seconds in which the main thread has worked. */
async function mainThread() {
  const { metrics } = await devtools('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}

async function axeOf({ host, banner }) {
  await driver.executeScript(axe);
  const { violations } = await driver.executeAsyncScript('axe.run(arguments[0]).then(arguments[1])', host ? { include: [[host]] } : { include: [[banner]] });
  return violations.length;
}

async function until(probe, what) {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within 30 s`);
  }
}

/** A server of the candidate's own, so that nothing is shared, in brotli as hosts do. */
async function serve(it) {
  const types = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' };
  const packed = Object.fromEntries(Object.entries({ ...it.files, '/tag.js': Buffer.from(TAG) }).map(([path, body]) => [path, brotliCompressSync(body)]));
  const html = brotliCompressSync(Buffer.from(page(it)));
  it.inline = html.length - brotliCompressSync(Buffer.from(page({ head: '', tag: '' }))).length;
  return listen(it.name, async (request, response, { pathname }) => {
    const body = pathname === '/' ? html : packed[pathname];
    if (!body) return response.writeHead(404).end();
    const type = pathname === '/' ? 'text/html' : types[/\.\w+$/.exec(pathname)?.[0]];
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'br', 'cache-control': pathname === '/' ? 'no-cache' : 'max-age=3600', 'timing-allow-origin': '*' }).end(body);
  });
}

function print() {
  const columns = { bytes: 'bytes before banner', requests: 'requests', banner: `banner, ms (CPU / ${SLOWER})`, work: 'main thread, ms', again: 'return visit: script, ms', shift: 'CLS', slowest: 'click (INP), ms', violations: 'axe' };
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const rows = all.map(({ name, figures }) => ({ name, count: figures.length, ...Object.fromEntries(Object.keys(columns).map((key) => [key, median(figures.map((it) => it[key]))])) }));
  const [own] = rows;
  const form = (value) => (value === undefined ? '-' : value < 1 && value > 0 ? value.toFixed(4) : String(Math.round(value)));
  const cell = (row, key) => form(row[key]) + (row === own || !own[key] || row[key] === undefined ? '' : ` (x ${(row[key] / own[key]).toFixed(1)})`);
  const table = [['', ...Object.values(columns)], ...rows.map((row) => [`${row.name}, ${row.count} visits`, ...Object.keys(columns).map((key) => cell(row, key))])];
  const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
  for (const row of table) console.log(row.map((text, at) => (at ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('  '));
  const behind = Object.keys(columns).filter((key) => rows.some((row) => row[key] < own[key]));
  console.log(behind.length ? `not first in: ${behind.map((key) => columns[key]).join('; ')}` : 'first, or as good as the first, in every column');
}
