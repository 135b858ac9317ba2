// The browser engines of this machine, each started with a fresh profile and without any download.

import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';
import firefox from 'selenium-webdriver/firefox.js';
import { HOSTS } from './hosts.mjs';
import { cache } from './paths.mjs';

const KNOWN = [
  {
    name: 'chromium',
    browser: () => find('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome']),
    driver: () => find('CHROMEDRIVER', ['chromedriver']),
    remedy: 'apt-get install chromium chromium-driver',
    start: startChromium,
  },
  {
    name: 'firefox',
    browser: () => find('FIREFOX', ['firefox-esr', 'firefox']),
    driver: () => find('GECKODRIVER', ['geckodriver']),
    remedy: 'apt-get install firefox-esr; cargo install geckodriver --locked --root tests/browser/.cache/gecko',
    start: startFirefox,
  },
];

/**
 * The engines that can be started here. One that is missing is skipped with one visible line.
 *
 * `BROWSERS=firefox` (comma separated) asks for some only; those must then be there.
 *
 * `start(options)` opens a browser: `javascript: false`, `cookies: false` (localStorage throws as well),
 * `dark: true`, `size: [width, height]`, `lang`.
 */
export const engines = KNOWN.flatMap(({ name, browser, driver, remedy, start }) => {
  const wanted = process.env.BROWSERS?.split(',');
  if (wanted && !wanted.includes(name)) return [];
  const paths = { browser: browser(), driver: driver() };
  if (paths.browser && paths.driver) return [{ name, start: (options = {}) => open(start, paths, options) }];
  const line = `${name} is skipped: ${paths.browser ? 'its WebDriver' : 'the browser'} was not found (${remedy})`;
  if (wanted) throw new Error(line);
  console.log(`# ${line}`);
  return [];
});

/** Starts and gives the driver a `done()` that leaves neither processes nor files behind. */
async function open(start, paths, options) {
  const profile = mkdtempSync(join(tmpdir(), 'ck-browser-'));
  const driver = await start(paths, options, profile);
  await driver.manage().setTimeouts({ implicit: 0, pageLoad: 30_000, script: 20_000 });
  const [width, height] = options.size ?? [1280, 800];
  await driver.manage().window().setRect({ x: 0, y: 0, width, height });
  driver.done = async () => {
    await driver.quit().catch(() => {});
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return driver;
}

function startChromium(paths, { javascript = true, cookies = true, dark = false, lang = 'en' }, profile) {
  const options = new chrome.Options();
  options.setChromeBinaryPath(paths.browser);
  options.addArguments(
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-proxy-server',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    `--user-data-dir=${profile}`, `--lang=${lang}`, `--host-resolver-rules=${HOSTS.map((host) => `MAP ${host} 127.0.0.1`)}`,
    ...(dark ? ['--blink-settings=preferredColorScheme=0'] : []),
  );
  options.setUserPreferences({
    'intl.accept_languages': lang,
    'profile.managed_default_content_settings.javascript': javascript ? 1 : 2,
    'profile.default_content_setting_values.cookies': cookies ? 1 : 2,
  });
  options.set('goog:loggingPrefs', { browser: 'ALL' });
  const service = new chrome.ServiceBuilder(paths.driver);
  return new Builder().withCapabilities(Capabilities.chrome()).setChromeOptions(options).setChromeService(service).build();
}

function startFirefox(paths, { javascript = true, cookies = true, dark = false, lang = 'en' }, profile) {
  const options = new firefox.Options();
  options.setBinary(paths.browser);
  options.addArguments('-headless');
  const preferences = {
    'javascript.enabled': javascript,
    'network.cookie.cookieBehavior': cookies ? 0 : 2,
    'network.proxy.type': 0,
    'network.dns.localDomains': String(HOSTS),
    'ui.systemUsesDarkTheme': dark ? 1 : 0,
    'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
    'intl.accept_languages': lang,
    'browser.tabs.warnOnClose': false,
  };
  for (const [name, value] of Object.entries(preferences)) options.setPreference(name, value);
  const service = new firefox.ServiceBuilder(paths.driver).addArguments('--profile-root', profile);
  return new Builder().withCapabilities(Capabilities.firefox()).setFirefoxOptions(options).setFirefoxService(service).build();
}

/** A program by an environment variable, by the PATH, or where cargo puts what it installs. */
function find(variable, names) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    join(process.env.CARGO_INSTALL_ROOT ?? join(homedir(), '.cargo'), 'bin'),
    join(cache, 'gecko/bin'),
  ];
  const candidates = [process.env[variable], ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find((path) => path && runs(path));
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
