// Sites that use the package without `consentkit build`: bundled by Vite, and as one plain script.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kept } from './kept.mjs';
import { installPackage, packageHash, strictCsp } from './site.mjs';

const page = (head) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Empty project</title>
${head}
<script type="text/plain" data-category="analytics" data-service="countwise" data-src="%ANALYTICS%/countwise.js"></script>
<script type="text/plain" data-category="marketing" data-service="adlumen" data-src="%ADS%/adlumen.js"></script>
</head>
<body><h1>Empty project</h1><footer><button type="button" data-consentkit="preferences">Privacy choices</button></footer></body>
</html>
`;

const INDEX = page('<script type="module" src="/main.js"></script>');

/** Which bundler, and which libraries of vendors. */
const VERSIONS = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');

/** Starts with the policy as the bundler reads it, and keeps what `start` gives for the tests. */
export const MAIN = `
import { start } from 'consentkit';
import policy from './policy.json';

window.started = start({ policy });
`;

/**
 * An empty Vite project with the packed package installed. Every deployment runs `vite build`; `main` is
 * the project's only module, beside it lies `policy.json`.
 */
export const viteProject = (main = MAIN) => async () => {
  // Inside the folder in which npm has installed the tarball, so that the bundler finds it there.
  const folder = mkdtempSync(join(await installPackage(), 'app-'));
  mkdirSync(join(folder, 'public'));
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'main.js'), main);
  const dist = join(folder, 'dist');
  return site(folder, dist, (policy) => {
    const text = JSON.stringify(policy);
    writeFileSync(join(folder, 'policy.json'), text);
    return kept(['vite build', VERSIONS, packageHash(), INDEX, main, text], [dist], async () => {
      // Loaded when it is needed: it takes longer than most sites take to build.
      const vite = await import('vite');
      await vite.build({ root: folder, configFile: false, logLevel: 'error' });
    });
  });
};

/**
 * The single file as a plain script. `inline` puts the policy into the page; else it lies beside it and
 * `data-policy` names it. `write` makes the policy's text, right or wrong.
 */
export const singleFile = ({ inline = true, write = JSON.stringify } = {}) => async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-single-'));
  cpSync(join(await installPackage(), 'node_modules/consentkit/dist/single.js'), join(folder, 'consentkit.js'));
  return site(folder, folder, (policy) => {
    const text = write(policy);
    writeFileSync(join(folder, 'policy.json'), text);
    const data = `<script type="application/json" data-consentkit-policy>${text.replace(/</g, '\\u003c')}</script>\n`;
    writeFileSync(join(folder, 'index.html'), page(inline ? `${data}<script src="/consentkit.js"></script>` : '<script src="/consentkit.js" data-policy="/policy.json"></script>'));
  });
};

function site(folder, root, build) {
  return { root, build: async (policy) => build(policy), edit: (html) => html, csp: strictCsp, done: () => rmSync(folder, { recursive: true, force: true }) };
}
