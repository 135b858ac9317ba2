// The real backend with its SQLite file: started, stopped and read from outside, as an operator would.

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { lease } from './ports.mjs';

const run = promisify(execFile);
const STATES = { g: 'given', r: 'refused', w: 'withdrawn', l: 'left' };

/** The program, or `undefined`; tests that need it are skipped without it. */
export const binary = process.env.CONSENTKIT_BACKEND;

/**
 * A backend on a port of its own that can be down for a while: `start()`, `stop()`, and `records()`,
 * which reads the SQLite file whether it runs or not.
 *
 * `args` are further arguments, `program` another program of the same manners.
 */
export async function createBackend({ args = [], program = binary } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ck-backend-'));
  const db = join(folder, 'records.sqlite');
  const { port, give } = await lease();
  let child = null;

  return { origin: `http://127.0.0.1:${port}`, port, db, start, stop, command, records, settle, done };

  /** Starts it, with arguments for this time, and waits until it listens. */
  async function start(more = []) {
    child = spawn(program, ['--port', String(port), '--db', db, ...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    child.stderr.on('data', (data) => said.push(data));
    await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (/listening on http:/.test(line)) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the backend ended with ${code}: ${Buffer.concat(said)}`)));
    });
  }

  /** Stops it as a power cut does. */
  async function stop() {
    if (!child) return;
    const gone = new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve()));
    child.kill('SIGKILL');
    await gone;
    child = null;
  }

  /** Runs one of its commands on the file, and answers with what it printed. */
  async function command(...words) {
    return (await run(program, [...words, '--db', db], { maxBuffer: 1 << 26 })).stdout;
  }

  /** Every record in the file, oldest first, with answers in words. */
  async function records() {
    return (await command('dump')).split('\n').filter(Boolean).map((line) => plain(JSON.parse(line)));
  }

  /**
   * The records once there are at least `count` of them, after a moment in which a surplus could arrive.
   * Fails with what is there otherwise.
   */
  async function settle(count, { within = 30_000, linger = 1_500 } = {}) {
    const end = Date.now() + within;
    let found = await records();
    while (found.length < count && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      found = await records();
    }
    await new Promise((resolve) => setTimeout(resolve, linger));
    found = await records();
    if (found.length !== count) throw new Error(`${count} records were expected, ${found.length} are stored: ${JSON.stringify(found)}`);
    return found;
  }

  async function done() {
    await stop();
    give();
    rmSync(folder, { recursive: true, force: true });
  }
}

function plain(record) {
  const answers = Object.entries(record.answers ?? {}).map(([item, state]) => [item, STATES[state] ?? state]);
  return { ...record, answers: Object.fromEntries(answers) };
}
