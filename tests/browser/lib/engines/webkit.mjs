// WebKitGTK, the engine of Safari, by WebKitWebDriver. Its MiniBrowser has no headless mode, so it draws on a
// display that nobody sees; every session is one of private browsing, so it leaves nothing in a profile.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';
import { freePort } from '../listen.mjs';
import { below, find } from './find.mjs';

const FOLDERS = ['webkit2gtk-4.1', 'webkitgtk-6.0'];

export const webkit = {
  name: 'webkit',
  programs: () => ({
    browser: find('MINIBROWSER', ['MiniBrowser'], FOLDERS.flatMap((name) => [...below('/usr/lib', name), join('/usr/lib', name), join('/usr/libexec', name)])),
    driver: find('WEBKITWEBDRIVER', ['WebKitWebDriver']),
    display: find('XVFB', ['Xvfb']),
  }),
  remedy: 'apt-get install webkit2gtk-driver xvfb',
  start,
};

async function start({ browser, driver, display }, { javascript = true, cookies = true, dark = false, lang = 'en' }, profile) {
  const port = await freePort();
  const environment = {
    ...process.env,
    DISPLAY: await screen(display),
    // Languages are those of the C library; without the one that is asked for it is en-US.
    LC_ALL: `${{ en: 'en_US', de: 'de_DE' }[lang] ?? lang}.UTF-8`,
    // Without a graphics card, compositing in software takes three times the work of plain painting.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
    XDG_CACHE_HOME: profile,
    XDG_CONFIG_HOME: profile,
    XDG_DATA_HOME: profile,
  };
  // A group of its own, so that no browser outlives its driver.
  const service = spawn(driver, [`--port=${port}`], { env: environment, stdio: 'ignore', detached: true });
  const stop = () => {
    try {
      process.kill(-service.pid, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  process.once('exit', stop);
  try {
    await listening(port, service);
    const args = [
      '--automation',
      ...(javascript ? [] : ['--enable-javascript=false']),
      ...(cookies ? [] : ['--cookies-policy=never', '--enable-html5-local-storage=false', '--enable-html5-database=false']),
      ...(dark ? ['--dark-mode'] : []),
    ];
    const capabilities = new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: browser, args } });
    const session = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
    const { quit } = session;
    session.quit = async () => {
      await quit.call(session).catch(() => {});
      process.off('exit', stop);
      stop();
    };
    return session;
  } catch (error) {
    stop();
    throw error;
  }
}

let shown;

/** One display for all browsers of this process. */
function screen(program) {
  return (shown ??= new Promise((resolve, reject) => {
    // It chooses a free number itself and writes it to the fourth stream.
    const server = spawn(program, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    server.stdio[3].once('data', (number) => {
      // Whoever has no more tests need not wait for it; whoever has none but this one must until here.
      server.unref();
      server.stdio[3].unref();
      resolve(`:${String(number).trim()}`);
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    process.once('exit', () => server.kill());
  }));
}

async function listening(port, service) {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/status`).then(() => true, () => false);
    if (ready) return;
    if (ended(service)) throw new Error('WebKitWebDriver has ended before it listened');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ended = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null;
