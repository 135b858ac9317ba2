// Would a story notice? Clients of which one thing is broken, and the story that fails with each.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diesAfterClick, tabsAgree } from './lib/acts.mjs';
import { engines } from './lib/browsers.mjs';
import { createWorld, unready } from './lib/world.mjs';

/** What is broken → what stands in the built files and what takes its place, the story, and how that fails. */
const FAULTS = {
  'a click that writes no intent': {
    swap: [[/localStorage\.setItem\((\w+),(\w+)\),localStorage\[\1\]===\2/g, '/:w:i:/.test($1)||localStorage.setItem($1,$2),!0']],
    tell: diesAfterClick,
    fails: /1 records were expected, 0 are stored/,
  },
  'tabs that do not hear each other': {
    swap: [[/addEventListener\("storage",/g, 'addEventListener("deaf",'], [/new BroadcastChannel\((\w+)\)/g, 'new BroadcastChannel($1+Math.random())']],
    tell: tabsAgree,
    fails: /the second tab hears of the withdrawal/,
  },
};

for (const [name, { swap, tell, fails }] of Object.entries(FAULTS)) {
  for (const engine of engines) {
    test(`a planted fault, ${name}, is noticed [${engine.name}]`, { skip: unready, timeout: 240_000 }, async (t) => {
      const world = await createWorld(engine);
      t.after(world.done);
      for (const [what, by] of swap) plant(world.files.consent, what, by);
      world.page.patience = 8_000;
      await assert.rejects(tell(world), fails);
    });
  }
}

/** Changes the built scripts; what is not found is not planted. */
function plant(folder, what, by) {
  let found = 0;
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const code = readFileSync(join(folder, name), 'utf8');
    found += code.match(what)?.length ?? 0;
    writeFileSync(join(folder, name), code.replace(what, by));
  }
  assert.ok(found > 0, `${what} is in none of the built scripts`);
}
