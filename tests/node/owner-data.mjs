// What owners put into the tools and take out of them: records, and tables read by nobody's code but this.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './runner.mjs';

const { Engine, compile } = await import(pathToFileURL(join(repository, 'js/dist/cli/engine/engine.js')));

/** The records of somebody who answers with one control: a button of the banner or the centre, or another and its answers. */
export function answered(policy, { region, now, control, answers, signals = [], account = '' }) {
  const engine = new Engine(compile(policy));
  const context = { region, residence: '', signals, age: '', account };
  const [part, button] = control.split('.');
  const handle = (event) => engine.handle(event, now, new Uint8Array(32));
  const { view } = handle({ open: { context, stored: { records: [], intents: [], cookie: '' } } }).find((effect) => effect.view).view;
  const intent = {
    nonce: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', kind: 'choice', actor: 'subject', control,
    subject: 'AAAAAAAAAAAAAAAAAAAAAA', account, at: now, heads: [], stamp: view.stamp, region, signals, age: '',
    answers: answers ?? view[part][button], wishes: [], checkpoint: '', body: '',
  };
  return handle({ intent: { intent, saved: true } }).filter((effect) => effect.save).map((effect) => effect.save.record);
}

/** A table by RFC 4180, a record for each line behind the first. */
export function csv(text) {
  const rows = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, plain, end] = cell.exec(text) ?? assert.fail(`no cell: ${text.slice(at, at + 40)}`);
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push(row.splice(0));
  }
  assert.deepEqual(row, [], 'the last line has an end');
  const [head, ...lines] = rows;
  assert.ok(lines.every((line) => line.length === head.length), 'every line has every cell');
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index]])));
}

/** The rows of a table in Markdown, the head first, without the rule below it. */
export function markdown(text) {
  const rows = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.slice(2, -2).split(/ (?<!\\)\| /));
  assert.ok(rows[1].every((cell) => cell === '---'));
  return rows.filter((_, index) => index !== 1).map((cells) => cells.map((cell) => cell.replaceAll('\\|', '|')));
}
