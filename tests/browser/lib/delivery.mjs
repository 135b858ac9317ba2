// A shop whose pages pin a key; its owner, who signs newer policies without deploying them; and a server
// between page and backend that keeps a log and may lie.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kept } from './kept.mjs';
import { bodyOf, listen } from './listen.mjs';
import { lease } from './ports.mjs';
import { consentkit, createSite, packageHash } from './site.mjs';
import { story } from './world.mjs';

export const SITE = 'haldenmoor.example';
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag' };
const PASSED = ['content-type', 'etag', 'cache-control', 'retry-after'];

/**
 * A story on a deployed page that asks for newer policies. Besides what every world has there is `owner` (below), and
 * `between`, whose `asked` lists what pages asked for and what came back; `between.answer(response)` answers in the backend's place.
 *
 * `options.files` makes another site than the shop; it is called with the arguments of `createSite`.
 */
export function delivered(name, options, run) {
  let owner;
  let between;
  const files = async (given) => {
    owner = await createOwner();
    between = await startBetween();
    const site = await (options.files ?? createSite)({ ...given, ...owner.signs });
    const done = async () => {
      site.done();
      owner.done();
      await between.stop();
    };
    return { ...site, done };
  };
  const policy = (it) => {
    it.settings.endpoint = between.origin;
    options.policy?.(it, owner);
  };
  const csp = { connect: ['http://127.0.0.1:*'], ...options.csp };
  story(name, { ...options, files, policy, csp, backend: 'down' }, async (world, t) => {
    await owner.publish(world.policy);
    // Signed in the same moment as the pages were built.
    const own = join(world.files.consent ?? '', 'delivery');
    if (existsSync(own)) cpSync(own, owner.published, { recursive: true });
    await world.backend.start(['--delivery', owner.published]);
    between.to = world.backend.origin;
    await run({ ...world, owner, between, visit: (path) => visit(world.page, path) }, t);
  });
}

/**
 * Loads a page that is due to ask. The page before it asks by itself a while after its start: what it notes then would say that the
 * next need not, so that moment is waited for, unless the page never asks.
 */
async function visit(page, path) {
  await page.until(() => hasLooked(page), 'the page before has asked', 5_000).catch(() => {});
  await page.run('for (const storage of [localStorage, sessionStorage]) storage.removeItem(`ck-look:${arguments[0]}`)', SITE).catch(() => {});
  await page.open(path);
}

/** Whether the page has asked since it was due. */
export const hasLooked = (page) => page.run('return (localStorage["ck-look:" + arguments[0]] ?? sessionStorage["ck-look:" + arguments[0]]) !== undefined', SITE);

async function createOwner() {
  const folder = mkdtempSync(join(tmpdir(), 'ck-owner-'));
  const safe = join(folder, 'safe');
  const key = join(safe, 'consentkit.key');
  // The same for every story of a day, so that nothing is built and signed twice (kept.mjs).
  await kept(['consentkit keys', packageHash()], [safe], async () => {
    mkdirSync(safe);
    const { code, stdout, stderr } = await consentkit('keys', '-o', key);
    if (code !== 0) throw new Error(`consentkit keys ended with ${code}\n${stdout}${stderr}`);
  });
  const secret = createPrivateKey(readFileSync(key));
  const published = join(folder, 'published');
  const signs = { args: ['--key', key], secret: readFileSync(key, 'utf8') };
  const workshop = createSite(signs);

  return {
    signs,
    pin: createPublicKey(secret).export({ format: 'jwk' }).x,
    published,
    publish,
    envelope: (lang = 'en') => readFileSync(join(published, `${lang}.json`), 'utf8'),
    signed: (payload) => signed(payload, secret),
    done: () => {
      workshop.done();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  /** Gives a policy to the backend, for pages that are deployed, and answers with it. */
  async function publish(policy, change = () => {}) {
    const next = structuredClone(policy);
    change(next);
    await workshop.build(next);
    cpSync(join(workshop.consent, 'delivery'), published, { recursive: true });
    return next;
  }
}

/** The text of an envelope, with a change of its payload, signed with a key: by default one that no page knows. */
export function signed(payload, secret = generateKeyPairSync('ed25519').privateKey) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const key = createPublicKey(secret).export({ format: 'jwk' }).x;
  return JSON.stringify({ payload: text, signature: sign(null, Buffer.from(text), secret).toString('base64url'), key });
}

async function startBetween() {
  const asked = [];
  const between = { asked, to: '', answer: undefined, hold };
  const gates = {};
  // The same port again: the address is in what is built.
  const { port, give } = await lease();
  const server = await listen('between', async (request, response, url) => {
    const policy = url.pathname.startsWith('/v1/policy/');
    const entry = { method: request.method, path: url.pathname, known: request.headers['if-none-match'], status: 0 };
    if (policy) asked.push(entry);
    await gates[url.pathname.split('/')[2]];
    if (policy && between.answer) return between.answer(response);
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    const headers = { 'content-type': 'text/plain', ...(entry.known && { 'if-none-match': entry.known }) };
    const passed = await fetch(between.to + url.pathname, { method: request.method, body, headers }).catch(() => null);
    entry.status = passed?.status ?? 502;
    const back = PASSED.flatMap((name) => (passed?.headers.get(name) ? [[name, passed.headers.get(name)]] : []));
    response.writeHead(entry.status, { ...CORS, ...Object.fromEntries(back) }).end(passed ? await passed.text() : '');
  }, port);
  return Object.assign(between, { origin: server.origin, stop: () => server.stop().then(give) });

  /** Keeps back what is sent (`sync`) or asked for (`policy`) until the returned function is called. */
  function hold(what) {
    let release;
    gates[what] = new Promise((resolve) => (release = resolve));
    return release;
  }
}

/** An answer in the backend's place. */
export const saying = (body, status = 200) => (response) => response.writeHead(status, { ...CORS, 'content-type': 'application/json' }).end(body);
