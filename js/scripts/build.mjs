/**
 * Bundles the package into dist/.
 *
 *     node scripts/build.mjs                 all of it
 *     node scripts/build.mjs --only browser  some steps of it, over what is there
 *
 * Expects the engine's builds in .engine/ (`cargo xtask build` makes them and runs this):
 * web/ (ES module and .wasm, for built sites), page/ (the same with what compiles a policy), fallback/ (the
 * second as plain JavaScript), node/ (with the owners' tools).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, transform } from 'esbuild';
import { minify } from 'terser';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TARGET = 'es2022';

/**
 * Our own property names begin with `_`. Boot and client are bundled apart and must shorten them alike, and
 * so must the files of two builds that meet on one site: add names at the end. Generated glue has names
 * that begin with two underscores; they stay.
 */
const MANGLED = ['_apply', '_box', '_first', '_keys', '_live', '_parts', '_read', '_scan', '_tell', '_told', '_start', '_keep', '_said', '_early', '_heads', '_key'];
const MANGLE = { mangleProps: /^_[a-z]/, mangleCache: Object.fromEntries(MANGLED.map((name, index) => [name, String.fromCharCode(100 + index)])) };

/** `import css from './x.css'` gives minified text for a constructable style sheet. */
const css = {
  name: 'css',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: ['chrome123', 'firefox128', 'safari17.5'] });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** Whoever bundles the package loads the same files that an import of `consentkit/texts/<language>` gives. */
const apart = {
  name: 'texts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/texts\/.*\.json$/ }, ({ path }) => ({ path: path.replace('.json', '.js'), external: true }));
  },
};

const bundled = { bundle: true, target: TARGET, legalComments: 'none', logLevel: 'warning' };
const page = { ...bundled, ...MANGLE, minify: true, plugins: [css] };

/** Files that a build copies beside a site's pages. Each stands alone. */
const BROWSER = Object.fromEntries([...['banner', 'centre', 'embed', 'ask', 'links', 'optout', 'terms', 'guardian', 'corner', 'delivery'].map((name) => [name, `src/client/${name}.ts`]), ['client', 'src/client/built.ts']]);

/** The banner of a first visit, to which a build adds the words of a language. */
const FIRST = 'src/client/first.ts';

const STEPS = { texts, browser, engine, boot, bundlers, transports, recipes, single, cli, verify, types };

const { only } = parseArgs({ options: { only: { type: 'string', multiple: true } } }).values;
const unknown = only?.find((name) => !Object.hasOwn(STEPS, name));
if (unknown) throw new Error(`${unknown} is no step; there are ${Object.keys(STEPS).join(', ')}`);
if (!only) await rm('dist', { recursive: true, force: true });
await mkdir('dist/browser', { recursive: true });
for (const [name, step] of Object.entries(STEPS)) if (!only || only.includes(name)) await step();
const { mangleCache } = await build({ ...page, entryPoints: [...Object.values(BROWSER), FIRST], outdir: 'dist', write: false });
const missing = Object.keys(mangleCache).filter((name) => !MANGLED.includes(name));
if (missing.length) throw new Error(`add to MANGLED: ${missing.join(', ')}`);

async function texts() {
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) await cp(`../${name}`, name);
  await modules('src/ui/texts', 'dist/texts');
}

/** A module of each JSON file of a folder. */
async function modules(from, to) {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const data = JSON.parse(await readFile(`${from}/${name}`, 'utf8'));
    await writeFile(`${to}/${name.replace('.json', '.js')}`, `export default ${JSON.stringify(data, null, 1)};\n`);
  }
}

/** The languages that the interface has words in, in one string. */
async function languages() {
  return (await readdir('src/ui/texts')).map((name) => name.replace('.json', '')).join(' ');
}

async function browser() {
  for (const [name, entry] of Object.entries(BROWSER)) {
    await build({ ...page, entryPoints: [entry], outfile: `dist/browser/${name}.js`, format: 'esm' });
  }
  await build({ ...page, entryPoints: [FIRST], outfile: 'dist/first.js', format: 'esm' });
}

/** Built sites bring a compiled policy; what bundlers take compiles it in the page. One fallback serves both. */
async function engine() {
  await mkdir('dist/engine', { recursive: true });
  for (const [from, to] of [['web', 'dist/browser'], ['page', 'dist/engine']]) {
    await cp(`.engine/${from}/engine_bg.wasm`, `${to}/engine_bg.wasm`);
    await glue(`.engine/${from}/engine.js`, `${to}/engine.js`);
    await glue('.engine/fallback/engine.js', `${to}/engine-fallback.js`);
  }
  const fallback = await readFile('dist/browser/engine-fallback.js', 'utf8');
  if (/\bWebAssembly\b/.test(fallback)) throw new Error('the fallback must do without WebAssembly');
}

/** What wasm-bindgen has written, and what wasm2js has. Its advice to whoever wrote the glue's callers is not for pages. */
async function glue(from, to) {
  await build({ ...bundled, minify: true, drop: ['console'], entryPoints: [from], outfile: to, format: 'esm' });
}

/** Every page carries the snippet, so it is worth a second minifier. What some pages carry besides is a snippet of its own. */
async function boot() {
  for (const [name, entry] of Object.entries({ boot: 'src/boot/main.ts', watch: 'src/boot/watch.ts', vendors: 'src/boot/vendors.ts' })) await snippet(entry, `dist/${name}.js`);
}

async function snippet(entry, to) {
  // A snippet runs in pages alone, where the two are the same and one is shorter.
  const { outputFiles } = await build({ ...page, entryPoints: [entry], format: 'iife', write: false, define: { globalThis: 'window' } });
  const { code } = await minify(outputFiles[0].text, {
    // Inlined calls are fewer characters and more bytes after compression.
    compress: { passes: 3, toplevel: true, inline: 0, unsafe_arrows: true },
    mangle: { toplevel: true },
    ecma: 2022,
  });
  // Nothing in it means something else in sloppy mode.
  await writeFile(to, code.replace('"use strict";', ''));
}

/** The package for bundlers: the parts stay apart, so that a bundler loads them when they are needed. */
async function bundlers() {
  await build({ ...page, plugins: [css, apart], entryPoints: ['src/index.ts'], outdir: 'dist', format: 'esm', splitting: true, chunkNames: 'chunks/[name]-[hash]', external: ['./engine/*'] });
}

/** A bundle of its own: a page that passes nothing on carries none of it. Bundlers take the adapters that are used. */
async function transports() {
  await build({ ...bundled, minify: true, entryPoints: ['src/transports/index.ts'], outfile: 'dist/transports.js', format: 'esm' });
}

/** Each recipe as data, for the command line, and as a module, of which a bundler takes what is imported. */
async function recipes() {
  await cp('src/recipes/data', 'dist/recipes/data', { recursive: true });
  await cp('src/recipes/vendors.json', 'dist/recipes/vendors.json');
  await modules('src/recipes/data', 'dist/recipes');
  await build({ ...page, entryPoints: ['src/recipes/index.ts'], outfile: 'dist/recipes.js', format: 'esm' });
}

/** One file that holds everything, for pages without a build step. */
async function single() {
  const wasm = await readFile('.engine/page/engine_bg.wasm');
  await build({ ...page, entryPoints: ['src/single.ts'], outfile: 'dist/single.js', format: 'iife', define: { CK_WASM: JSON.stringify(wasm.toString('hex')), CK_LANGS: JSON.stringify(await languages()) } });
}

async function cli() {
  await build({ ...bundled, platform: 'node', format: 'esm', target: 'node20', external: ['./engine/*'], entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli/main.js', banner: { js: '#!/usr/bin/env node' } });
  await chmod('dist/cli/main.js', 0o755);
  await mkdir('dist/cli/engine', { recursive: true });
  await cp('.engine/node/engine.js', 'dist/cli/engine/engine.js');
  await cp('.engine/node/engine_bg.wasm', 'dist/cli/engine/engine_bg.wasm');
}

/** The verifier as a module, and as one page that works from a file: nothing is loaded, and the policy names what may run by its hash. */
async function verify() {
  await build({ ...bundled, entryPoints: ['src/verify/index.ts'], outfile: 'dist/verify.js', format: 'esm' });
  const { outputFiles } = await build({ ...bundled, minify: true, charset: 'utf8', entryPoints: ['src/verify/page/page.ts'], format: 'iife', write: false });
  const script = outputFiles[0].text.trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end early');
  const { code } = await transform(await readFile('src/verify/page/verify.css', 'utf8'), { loader: 'css', minify: true, target: ['chrome123', 'firefox128', 'safari17.5'] });
  const style = code.trim();
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`;
  const page = await readFile('src/verify/page/verify.html', 'utf8');
  const parts = { 'content="CSP"': `content="${policy}"`, '<style>STYLE<': `<style>${style}<`, '<script>SCRIPT<': `<script>${script}<` };
  await writeFile('dist/verify.html', Object.entries(parts).reduce((html, [from, to]) => html.replace(from, () => to), page));
}

/** Declarations of everything that an export of package.json names. */
async function types() {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', 'src', '--outDir', 'dist/types'], { stdio: 'inherit' });
}
