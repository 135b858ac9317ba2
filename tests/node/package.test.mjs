// What `npm pack` makes, installed into an empty project.
//
// CONSENTKIT_TARBALL names it; without that js/ is packed as it was built last.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { repository } from './runner.mjs';

const project = mkdtempSync(join(tmpdir(), 'ck-package-'));
after(() => rmSync(project, { recursive: true, force: true }));
writeFileSync(join(project, 'package.json'), '{ "name": "empty-project", "private": true, "type": "module" }\n');
execFileSync('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', tarball()], { cwd: project });

const root = join(project, 'node_modules/consentkit');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const files = readdirSync(root, { recursive: true }).filter((path) => statSync(join(root, path)).isFile());
const code = files.filter((path) => /\.(js|mjs|d\.ts)$/.test(path));

test('every export, the command and every side effect is a file of the package', () => {
  const targets = Object.values(manifest.exports).flatMap((it) => (typeof it === 'string' ? [it] : Object.values(it)));
  for (const target of [...targets, manifest.types, ...Object.values(manifest.bin), ...manifest.sideEffects]) {
    const pattern = new RegExp(`^${target.replace(/^\.\//, '').replace(/[.+?^$()|[\]{}]/g, '\\$&').replaceAll('*', '[^/]+')}$`);
    assert.ok(files.some((path) => pattern.test(path)), target);
  }
  for (const path of Object.values(manifest.bin)) {
    assert.match(readFileSync(join(root, path), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    assert.ok(statSync(join(root, path)).mode & 0o111, `${path} can be run`);
  }
});

test('every export is found by the name that people import', () => {
  const names = Object.keys(manifest.exports).map((name) => name.replace('*', name.includes('recipes') ? 'ga4' : 'en')).map((name) => name.replace(/^\./, 'consentkit'));
  const found = node(`console.log(JSON.stringify(${JSON.stringify(names)}.map((name) => import.meta.resolve(name))))`);
  for (const url of JSON.parse(found)) assert.ok(existsSync(new URL(url)), url);
});

test('whatever a file of the package loads is in the package', () => {
  for (const path of code) {
    const text = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const loads = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*["'](\.[^"']+)["']/g)].map(([, name]) => name);
    for (const name of loads) {
      const target = resolve(dirname(join(root, path)), name);
      const candidates = path.endsWith('.d.ts') ? [target.replace(/\.js$/, '.d.ts')] : [target];
      assert.ok(candidates.some((it) => existsSync(it)), `${path} loads ${name}`);
    }
  }
});

test('nothing but what people use is packed', () => {
  const strange = files.filter((path) => !/^dist\/|^(package\.json|README\.md|LICENSE-(MIT|APACHE))$/.test(path));
  assert.deepEqual(strange, []);
  assert.deepEqual(files.filter((path) => /\.(map|tsx|tgz|rs|log)$|(?<!\.d)\.ts$|^\.|\/\.|node_modules/.test(path)), []);
  assert.deepEqual(manifest.dependencies ?? {}, {}, 'it depends on nothing');
  assert.equal(manifest.scripts?.install ?? manifest.scripts?.postinstall, undefined, 'nothing runs when it is installed');
});

test('the licences and a read-me are packed', () => {
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE', 'README.md']) assert.ok(files.includes(name), name);
});

test('no file names a folder or a registry of the machine that built it', () => {
  const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { cwd: project, encoding: 'utf8' }).trim()).hostname;
  const own = [repository.replace(/\/$/, ''), homedir(), registry].filter((it) => it.length > 4);
  const general = /\/(?:tmp|root|work|home|Users|private|var\/folders)\/[\w.-]|[A-Z]:\\Users|\.cargo\/|crates\.io|npmjs\.(?:org|com)/;
  for (const path of files) {
    // As bytes, so that WebAssembly is searched too.
    const text = readFileSync(join(root, path), 'latin1');
    const found = own.find((it) => text.includes(it)) ?? general.exec(text)?.[0];
    assert.equal(found, undefined, path);
  }
});

test('importing it in Node, as a server that renders pages does, changes nothing and throws nothing', () => {
  const said = node(`
    globalThis.fetch = () => { throw new Error('it fetches'); };
    const before = Reflect.ownKeys(globalThis);
    const it = await import('consentkit');
    const added = Reflect.ownKeys(globalThis).filter((name) => !before.includes(name));
    console.log(JSON.stringify({ added, names: Object.keys(it).sort(), window: typeof window, left: process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|TCP/.test(name)) }));
  `);
  assert.deepEqual(JSON.parse(said), { added: [], names: ['consoleTransport', 'httpTransport', 'start'], window: 'undefined', left: [] });
});

const USE = `
import { consoleTransport, httpTransport, start, type ConsentKit, type Transport } from 'consentkit';

const own: Transport = async ({ records }) => records.map(({ id }) => ({ id, status: 'stored' }));

export async function use(): Promise<boolean> {
  const consent: ConsentKit = await start({
    region: 'DE',
    transport: Math.random() > 2 ? httpTransport('https://consent.shop.example') : Math.random() > 1 ? consoleTransport : own,
    policy: {
      site: 'shop.example', version: 1, withdrawalUrl: '/privacy',
      controllers: [{ id: 'shop', name: 'Shop' }],
      purposes: [{ id: 'analytics' }, { id: 'research', kinds: ['stats_other'] }],
      services: [{ id: 'counter', name: 'Counter', needs: ['analytics'], trackers: [{ name: '_c*' }] }],
      settings: { endpoint: 'https://consent.shop.example' },
      texts: { en: { 'analytics.name': 'Counting', 'analytics.text': 'Counts.', 'research.name': 'Research', 'research.text': 'Asks.' } },
    },
  });
  consent.on('change', ({ granted, changed }) => console.log(granted.length, changed?.length));
  consent.onWithdraw('counter', () => {});
  consent.push((kernel) => kernel.isGranted('analytics'));
  const { waiting } = await consent.diagnostics();
  await consent.preferences();
  return waiting === 0 && consent.isGranted('analytics');
}
`;

const USE_JSON = `
import { start } from 'consentkit';
import policy from './policy.json' with { type: 'json' };

export const consent = start({ policy });
`;

const USE_RECIPES = `
import { start } from 'consentkit';
import { applyRecipes, type Recipe } from 'consentkit/recipes';
import ga4 from 'consentkit/recipes/ga4';
import policy from './policy.json' with { type: 'json' };

const own: Recipe = { ...ga4, name: 'Our own' };
export const consent = start({ policy: applyRecipes(policy, { ga4, own }) });
`;

// Every line must be an error, or the compiler complains that it is none.
const MISUSE = `
import { start } from 'consentkit';
// @ts-expect-error options are missing
void start();
// @ts-expect-error a policy needs more than nothing
void start({ policy: {} });
// @ts-expect-error no such option
void start({ policy: JSON.parse('') as never, colour: 'red' });
// @ts-expect-error the result is a promise
start({ policy: JSON.parse('') as never }).isGranted('analytics');
`;

const RESOLUTION = { bundler: { module: 'ESNext', moduleResolution: 'Bundler' }, node: { module: 'NodeNext', moduleResolution: 'NodeNext' } };

for (const [kind, settings] of Object.entries(RESOLUTION)) {
  test(`a policy in TypeScript type-checks (${kind})`, () => typeChecks({ 'use.ts': USE }, settings));
  test(`a policy that is imported as JSON type-checks (${kind})`, () => typeChecks({ 'use-json.ts': USE_JSON }, settings));
  test(`a policy with recipes type-checks (${kind})`, () => typeChecks({ 'use-recipes.ts': USE_RECIPES }, settings));
  test(`misuse is noticed (${kind})`, () => typeChecks({ 'misuse.ts': MISUSE }, settings));
}

test('every declaration of the package is sound by itself', () => {
  const names = Object.entries(manifest.exports).filter(([, it]) => it.types).map(([name]) => name.replace(/^\./, 'consentkit'));
  typeChecks({ 'all.ts': names.map((name) => `import '${name}';`).join('\n') + '\nexport {};\n' }, { ...RESOLUTION.bundler, skipLibCheck: false });
});

function typeChecks(sources, settings) {
  writeFileSync(join(project, 'policy.json'), readFileSync(join(repository, 'examples/shop/policy.json')));
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(project, name), text);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [], strict: true, noEmit: true, skipLibCheck: true, resolveJsonModule: true, ...settings },
    files: Object.keys(sources),
  }));
  const { status, stdout } = spawnSync(process.execPath, [join(repository, 'js/node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
}

/** Runs a module in the project and answers with what it printed. */
function node(source) {
  writeFileSync(join(project, 'run.mjs'), source);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['run.mjs'], { cwd: project, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

function tarball() {
  if (process.env.CONSENTKIT_TARBALL) return resolve(process.env.CONSENTKIT_TARBALL);
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: join(repository, 'js'), encoding: 'utf8' }));
  return join(project, filename);
}
