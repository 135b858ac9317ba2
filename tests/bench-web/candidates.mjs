// The candidates, each as its own documentation sets it up on a plain page: three purposes, a banner, one script that waits for
// statistics. `head` is what the page carries, `files` what stands beside it; the parts of the interface are named by selectors.

import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackage } from '../browser/lib/site.mjs';

const here = import.meta.dirname;
const modules = join(here, 'node_modules');
const run = promisify(execFile);
const read = (path) => readFileSync(join(modules, path));

/** What waits everywhere: it says when it runs. */
export const TAG = 'window.__ran = performance.now();';

const purposes = { necessary: 'Running the site', analytics: 'Visit counts', marketing: 'Ads on other sites' };
const TEXT = 'We would like to use data for these purposes. You decide.';

export const candidates = [inline, consentkit, cookieconsent, klaro, tarteaucitron, c15t];

/** As `build` advises: the snippet stands in the page. */
async function inline() {
  const it = await consentkit();
  const snippet = it.files['/consent/boot.html'].toString();
  return { ...it, name: 'ConsentKit', head: snippet.replace('<script ', '<script data-region="DE" ') };
}

/** The same with the snippet as a file. */
async function consentkit() {
  const cwd = await installPackage();
  const folder = mkdtempSync(join(tmpdir(), 'ck-bench-'));
  const texts = Object.fromEntries(Object.entries(purposes).flatMap(([id, name]) => [[`${id}.name`, name], [`${id}.text`, `${name}.`]]));
  const policy = {
    site: 'bench.example', version: 1, withdrawalUrl: '/#privacy',
    controllers: [{ id: 'bench', name: 'Bench Ltd' }],
    purposes: [{ id: 'necessary', legalBasis: 'contract' }, { id: 'analytics' }, { id: 'marketing' }],
    texts: { en: texts },
  };
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  await run('npx', ['--no-install', 'consentkit', 'build', join(folder, 'policy.json'), '-o', join(folder, 'consent')], { cwd });
  const names = readdirSync(join(folder, 'consent'), { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const files = Object.fromEntries(names.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length), readFileSync(join(parentPath, name))]));
  rmSync(folder, { recursive: true });
  return {
    name: 'ConsentKit, boot.js',
    files,
    head: '<script src="/consent/boot.js" data-region="DE"></script>',
    tag: '<script type="text/plain" data-category="analytics" data-src="/tag.js"></script>',
    host: 'ck-banner', banner: '.b', accept: 'button[value=accept], button[part~=accept]',
  };
}

function cookieconsent() {
  const sections = Object.entries(purposes).map(([id, title]) => ({ title, description: `${title}.`, linkedCategory: id }));
  const config = {
    // A browser that is driven counts as one.
    hideFromBots: false,
    categories: { necessary: { enabled: true, readOnly: true }, analytics: {}, marketing: {} },
    language: { default: 'en', translations: { en: {
      consentModal: { title: 'Your choice', description: TEXT, acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Refuse all', showPreferencesBtn: 'Choose' },
      preferencesModal: { title: 'Preferences', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Refuse all', savePreferencesBtn: 'Save', closeIconLabel: 'Close', sections },
    } } },
  };
  return {
    name: 'vanilla-cookieconsent',
    files: { '/cc.js': read('vanilla-cookieconsent/dist/cookieconsent.umd.js'), '/cc.css': read('vanilla-cookieconsent/dist/cookieconsent.css') },
    head: `<link rel="stylesheet" href="/cc.css"><script defer src="/cc.js"></script><script type="module">CookieConsent.run(${JSON.stringify(config)})</script>`,
    tag: '<script type="text/plain" data-category="analytics" src="/tag.js"></script>',
    banner: '#cc-main .cm', accept: '#cc-main .cm [data-role=all]',
  };
}

function klaro() {
  const services = ['analytics', 'marketing'].map((id) => ({ name: id, title: purposes[id], purposes: [id] }));
  const config = { version: 1, elementID: 'klaro', storageMethod: 'localStorage', lang: 'en', acceptAll: true, default: false, services, translations: { en: { consentNotice: { description: TEXT }, purposes } } };
  return {
    name: 'Klaro',
    files: { '/klaro.js': read('klaro/dist/klaro.js') },
    head: `<script>window.klaroConfig = ${JSON.stringify(config)}</script><script defer src="/klaro.js"></script>`,
    tag: '<script type="text/plain" data-type="application/javascript" data-name="analytics" data-src="/tag.js"></script>',
    banner: '#klaro .cookie-notice', accept: '#klaro .cookie-notice .cm-btn-success',
  };
}

function tarteaucitron() {
  const config = { privacyUrl: '', hashtag: '#tarteaucitron', cookieName: 'tac', orientation: 'bottom', showAlertSmall: false, cookieslist: false, showIcon: false, adblocker: false, DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, handleBrowserDNTRequest: false, removeCredit: true, moreInfoLink: false, useExternalCss: false, useExternalJs: false, mandatory: true };
  const service = `tarteaucitron.services.visits = { key: 'visits', type: 'analytic', name: 'Visit counts', uri: '', needConsent: true, cookies: [], js() { tarteaucitron.addScript('/tag.js'); } };`;
  const files = Object.fromEntries(['tarteaucitron.min.js', 'tarteaucitron.services.min.js', 'css/tarteaucitron.min.css', 'lang/tarteaucitron.en.min.js', 'lang/tarteaucitron.en.js', 'css/tarteaucitron.css', 'tarteaucitron.services.js'].flatMap((name) => {
    try {
      return [[`/tac/${name}`, read(`tarteaucitronjs/${name}`)]];
    } catch {
      return [];
    }
  }));
  return {
    name: 'tarteaucitron',
    files,
    head: `<script src="/tac/tarteaucitron.min.js"></script><script>tarteaucitron.init(${JSON.stringify(config)});</script>`,
    tag: `<script>${service} (tarteaucitron.job = tarteaucitron.job || []).push('visits');</script>`,
    banner: '#tarteaucitronAlertBig', accept: '#tarteaucitronPersonalize2, #tarteaucitronAlertBig .tarteaucitronAllow',
  };
}

async function c15t() {
  const source = `
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from '@c15t/react';
    import '@c15t/react/styles.css';
    const scripts = [{ id: 'tag', src: '/tag.js', category: 'measurement' }];
    const options = { mode: 'offline', consentCategories: ['necessary', 'measurement', 'marketing'], scripts };
    createRoot(document.getElementById('consent')).render(createElement(ConsentManagerProvider, { options }, createElement(ConsentBanner), createElement(ConsentDialog)));`;
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: here, loader: 'js' }, bundle: true, minify: true, format: 'iife', target: 'es2022', outdir: '/', write: false, define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'error',
  });
  const [js, css] = ['.js', '.css'].map((kind) => outputFiles.find(({ path }) => path.endsWith(kind))?.contents);
  return {
    name: 'c15t (React)',
    files: { '/c15t.js': Buffer.from(js), ...(css && { '/c15t.css': Buffer.from(css) }) },
    head: `${css ? '<link rel="stylesheet" href="/c15t.css">' : ''}<script defer src="/c15t.js"></script>`,
    tag: '<div id="consent"></div>',
    banner: '[data-testid=consent-banner-card], [data-testid=consent-banner-root], [data-testid=cookie-banner-card]', accept: '[data-testid=consent-banner-accept-button], [data-testid=cookie-banner-accept-button]',
  };
}
