// Modules of the package's sources, for tests of what no export shows.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from './runner.mjs';

const js = join(repository, 'js');

/** A module of the sources as this process can import it; the page's globals are those of Node. */
export async function bundled(path) {
  const { build } = createRequire(join(js, 'package.json'))('esbuild');
  const { outputFiles } = await build({ entryPoints: [join(js, 'src', path)], bundle: true, write: false, format: 'esm', define: { window: 'globalThis' } });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
