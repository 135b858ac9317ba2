// Everything that one story needs, put together and cleaned up: third parties, backend, site, browser.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, createBackend } from './backend.mjs';
import { borrow } from './borrow.mjs';
import { engines } from './browsers.mjs';
import { Page } from './page.mjs';
import { cache } from './paths.mjs';
import { startSite, startThirdParties } from './servers.mjs';
import { createSite, policyOf, tarball } from './site.mjs';

const missing = [...(tarball ? [] : ['CONSENTKIT_TARBALL']), ...(binary ? [] : ['CONSENTKIT_BACKEND'])];

/** Why tests that need the finished system cannot run, or `false`. */
export const unready = missing.length > 0 && `set ${missing.join(' and ')}`;

/**
 * Defines a test that runs in every engine. The page may never throw and never break its
 * Content-Security-Policy, whatever the test is about; `options.violations` is a pattern of those allowed. `options.skip`
 * says by the name of an engine why that one cannot tell the story.
 */
export function story(name, options, run) {
  for (const engine of engines) {
    test(`${name} [${engine.name}]`, { skip: unready || options.skip?.[engine.name], timeout: 240_000 }, async (t) => {
      try {
        await once(engine, name, options, run, t);
      } catch (error) {
        // On two shared cores a driver loses its browser now and then. A fault of ours fails twice; what
        // passes at the second attempt is named in the output.
        t.diagnostic(`second attempt of "${name} [${engine.name}]", after: ${why(error)}`);
        await once(engine, name, options, run, t);
      }
    });
  }
}

async function once(engine, name, options, run, t) {
  const world = await createWorld(engine, options);
  try {
    await run(world, t);
    await world.calm();
  } catch (error) {
    await keepPicture(world.driver, `${name} ${engine.name}`);
    world.driver.done = world.driver.discard;
    throw error;
  } finally {
    await world.done();
  }
}

/**
 * Options: `example` is a folder of examples, by default the shop; `policy` changes its policy before the
 * first deployment; `inline` boots from the snippet; `csp` is passed to the site's policy, `false` sends none; `region`, `lang`, `before` and
 * `edit` as in site-server.mjs; `backend: 'down'` does not start it; `browser` as in browsers.mjs;
 * `files` makes another site than the shop, with the members that `createSite` answers with.
 */
export async function createWorld(engine, options = {}) {
  const { example = 'shop', inline = false, csp = {}, region = 'DE', lang, before, edit = (html) => html, backend: want = 'up', browser = {} } = options;
  const cleaners = [];
  const done = async () => {
    for (const clean of cleaners.splice(0).reverse()) await clean();
  };
  try {
    const third = await startThirdParties();
    cleaners.push(third.stop);
    const backend = await createBackend();
    cleaners.push(backend.done);
    if (want === 'up') await backend.start();

    const files = await (options.files ?? createSite)({ example, inline });
    cleaners.push(files.done);
    const deploy = async (change = () => {}) => {
      const policy = policyOf(example);
      policy.settings = { ...policy.settings, endpoint: backend.origin };
      options.policy?.(policy);
      change(policy);
      await files.build(policy);
      if (csp) site.set.csp = files.csp({ ...origins(third, backend), ...csp });
      return policy;
    };
    const site = await startSite(files.root, {
      substitutions: third.substitutions, region, lang, before, edit: (html) => edit(files.edit(html), third),
    });
    cleaners.push(site.stop);
    const policy = await deploy();

    const driver = await borrow(engine, browser);
    cleaners.push(() => driver.done());
    const page = new Page(driver, site);
    return { third, backend, files, site, deploy, driver, page, policy, calm, done };

    async function calm() {
      if (browser.javascript === false) return;
      for (const { errors, violations } of [...site.seen, await page.seen()].filter(Boolean)) {
        assert.deepEqual(errors, [], 'the page throws nothing');
        const bad = violations.filter(({ directive, blocked }) => !options.violations?.test(`${directive} ${blocked}`));
        assert.deepEqual(bad, [], 'the page keeps to its Content-Security-Policy');
      }
    }
  } catch (error) {
    await done();
    throw error;
  }
}

function origins(third, backend) {
  return {
    scripts: [third.analytics.origin, third.ads.origin],
    frames: [third.maps.origin],
    connect: [third.analytics.origin, third.ads.origin, backend.origin],
  };
}

/** The first line of an error that says something, and the line of a test at which it came up. */
function why(error) {
  const place = /\w+\.test\.mjs:\d+/.exec(error?.stack)?.[0];
  return [`${error?.name ?? ''} ${error?.message ?? error}`.split('\n').find((line) => line.trim()), ...(place ? [`at ${place}`] : [])].join(' ');
}

/** What the page looked like when a test failed. */
async function keepPicture(driver, name) {
  const folder = join(cache, 'failures');
  mkdirSync(folder, { recursive: true });
  const picture = await driver.takeScreenshot().catch(() => null);
  if (picture) writeFileSync(join(folder, `${name.replace(/\W+/g, '-')}.png`), Buffer.from(picture, 'base64'));
}
