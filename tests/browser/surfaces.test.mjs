// Every part of the interface by itself: its measures in every size, theme and direction, axe, and the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import { Key } from 'selenium-webdriver';
import { engines } from './lib/browsers.mjs';
import { edges, measure } from './lib/measure.mjs';
import { tarball } from './lib/site.mjs';
import { show, SHOWN, SIZES, startStage } from './lib/stage.mjs';

const chromium = engines.find(({ name }) => name === 'chromium');
const skip = (!tarball && 'set CONSENTKIT_TARBALL') || (!chromium && 'looked at in Chromium alone: no other engine here can be as small as a phone');

let stage;
let driver;
before(async () => {
  if (skip) return;
  stage = await startStage();
  driver = await chromium.start();
});
after(async () => {
  await driver?.done();
  await stage?.done();
});

/** Every theme, direction and end of the scale, in as few looks as have them all. */
const LOOKS = [['light', 'en', 'desktop'], ['dark', 'ar', 'small'], ['more', 'en', 'phone']];

const run = (code, ...args) => driver.executeScript(code, ...args);

for (const what of SHOWN) {
  test(`${what}: sizes, edges, overlaps and equal answers`, { skip, timeout: 120_000 }, async () => {
    for (const size of Object.keys(SIZES)) {
      for (const lang of ['en', 'ar']) {
        await show(driver, stage, { what, size, lang });
        assert.deepEqual(await run(measure), [], `${size}, ${lang}`);
      }
    }
  });

  test(`${what}: in the system's own colours, too, and every control has an edge`, { skip, timeout: 120_000 }, async () => {
    for (const [size, lang] of [['desktop', 'en'], ['phone', 'ar'], ['small', 'en']]) {
      await show(driver, stage, { what, size, lang, theme: 'forced' });
      assert.deepEqual([...(await run(measure)), ...(await run(edges))], [], `${size}, ${lang}`);
    }
  });

  test(`${what}: axe finds nothing`, { skip, timeout: 240_000 }, async () => {
    for (const [theme, lang, size] of LOOKS) {
      await show(driver, stage, { what, size, lang, theme });
      await run('for (const root of [...document.querySelectorAll("*")].map((it) => it.shadowRoot).filter(Boolean)) root.querySelectorAll("details").forEach((it) => (it.open = true))');
      await run(`${axe.source}; window.axe = axe;`);
      const found = await driver.executeAsyncScript('const done = arguments[0]; window.axe.run().then(({ violations }) => done(violations), (error) => done([{ id: String(error), nodes: [] }]))');
      const lines = found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' > ')).join('; ')}`);
      assert.deepEqual(lines, [], `${theme}, ${lang}, ${size}`);
    }
  });
}

test('a name in Latin letters keeps its full stop at its end in a page that is read from right to left', { skip, timeout: 60_000 }, async () => {
  for (const [what, host, name] of [['ask', 'ck-ask', 'Cartello B.V.'], ['sensitive', 'ck-ask', 'Heatlane Inc.']]) {
    await show(driver, stage, { what, lang: 'ar' });
    const [first, last] = await run(`
      const walk = document.createTreeWalker(document.querySelector(arguments[0]).shadowRoot, NodeFilter.SHOW_TEXT);
      while (!walk.nextNode().data.includes(arguments[1]));
      const start = walk.currentNode.data.indexOf(arguments[1]);
      return [0, arguments[1].length - 1].map((at) => {
        const range = document.createRange();
        range.setStart(walk.currentNode, start + at);
        range.setEnd(walk.currentNode, start + at + 1);
        return range.getBoundingClientRect().left;
      });`, host, name);
    assert.ok(first < last, `${name}: begins at ${first}, ends at ${last}`);
  }
});

test('a planted fault of geometry is noticed', { skip, timeout: 60_000 }, async () => {
  await show(driver, stage, { what: 'terms', size: 'small' });
  const plant = (rule) => run('const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.querySelector("ck-terms").shadowRoot.adoptedStyleSheets = [...(window.kept ??= document.querySelector("ck-terms").shadowRoot.adoptedStyleSheets), sheet]', rule);
  for (const [rule, said] of [
    ['button[value=no] { padding: 0; font-size: 8px }', /differ in fontSize/],
    ['.pair { grid-template-columns: 2fr 1fr }', /the answers are/],
    ['.quiet { min-block-size: 20px; padding: 0 }', /is [\d.]+ × 2\d/],
    ['.pair { translate: 60px 0 }', /out of the window/],
    ['.after { margin-block-start: -40px }', /overlap/],
  ]) {
    await plant(rule);
    assert.match((await run(measure)).join('\n'), said, rule);
  }
  await show(driver, stage, { what: 'terms', size: 'small', theme: 'forced' });
  await run('delete window.kept');
  await plant('button { border-color: Canvas !important; background: Canvas !important }');
  assert.match((await run(edges)).join('\n'), /button\[yes\] "[^"]+" has no edge/);
});

/** What the keyboard reaches, in its order, until the focus comes round again. */
async function walk() {
  const found = [];
  for (let n = 0; n < 40; n++) {
    await driver.actions().sendKeys(Key.TAB).perform();
    const at = await run('const it = document.activeElement; const inner = it?.shadowRoot?.activeElement; return inner ? inner.value || inner.localName : it?.id || it?.localName');
    if (found.includes(at)) break;
    found.push(at);
  }
  return found;
}

/** Opens something by the keyboard's user, whose focus is on a button of the page. */
async function openFrom(what) {
  await show(driver, stage, { what: '' });
  await run('document.getElementById("control").focus()');
  await driver.executeAsyncScript('const done = arguments[1]; Promise.resolve(window.show(arguments[0])).then(() => done(), () => done())', what);
}
const focus = () => run('const it = document.activeElement; return (it.shadowRoot?.activeElement ?? it).id');

for (const [what, reached] of Object.entries({
  terms: ['link', 'no', 'yes', 'later', 'close'],
  optout: ['limit', 'no', 'yes', 'close'],
  child: ['later', 'send', 'close'],
  ask: ['summary', 'no', 'yes'],
})) {
  test(`${what}: the keyboard reaches every answer, Escape closes it and gives the focus back`, { skip, timeout: 60_000 }, async () => {
    await openFrom(what);
    assert.equal(await focus(), 't', 'the focus is on the title');
    const order = await walk();
    for (const name of reached.filter((name) => name !== 'link')) assert.ok(order.includes(name), `${name} in ${order.join(', ')}`);
    assert.ok(!order.includes('yes') || order.indexOf('no') < order.indexOf('yes'), 'the no comes first');
    await openFrom(what);
    await driver.actions().sendKeys(Key.ESCAPE).perform();
    assert.equal(await focus(), 'control');
    assert.deepEqual(await run('return window.answers'), [], 'nothing is answered');
  });
}

test('the keyboard alone answers', { skip, timeout: 60_000 }, async () => {
  const answered = async (what, name, key = Key.ENTER) => {
    await openFrom(what);
    for (let n = 0; n < 20; n++) {
      await driver.actions().sendKeys(Key.TAB).perform();
      if ((await run('return document.activeElement?.shadowRoot?.activeElement?.value')) === name) break;
    }
    await driver.actions().sendKeys(key).perform();
    return run('return window.answers');
  };
  assert.deepEqual(await answered('terms', 'yes'), [{ id: 'terms', control: 'terms.accept' }]);
  assert.equal((await answered('terms', 'no', Key.SPACE))[0].control, 'terms.refuse');
  assert.deepEqual((await answered('ask', 'yes')).map(({ line, control }) => [line, control]), [['-glllllll', 'ask.accept']]);
  assert.deepEqual((await answered('ask', 'no', Key.SPACE)).map(({ line, control }) => [line, control]), [['-rlllllll', 'ask.refuse']]);
  assert.deepEqual((await answered('optout', 'limit')).map(({ line, control }) => [line, control]), [['-llllllrl', 'optout.refuse']]);
  assert.deepEqual((await answered('optout', 'yes')).map(({ line, control }) => [line, control]), [['-lllllgll', 'conflict.accept']]);
  assert.deepEqual((await answered('optout', 'no')).map(({ line, control }) => [line, control]), [['-lllllrll', 'conflict.refuse']]);
});
