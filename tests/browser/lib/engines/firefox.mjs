// Firefox, by geckodriver.

import { Builder, Capabilities } from 'selenium-webdriver';
import firefoxDriver from 'selenium-webdriver/firefox.js';
import { HOSTS } from '../hosts.mjs';
import { find } from './find.mjs';

export const firefox = {
  name: 'firefox',
  programs: () => ({ browser: find('FIREFOX', ['firefox-esr', 'firefox']), driver: find('GECKODRIVER', ['geckodriver']) }),
  remedy: 'apt-get install firefox-esr; cargo install geckodriver --locked --root tests/browser/.cache/gecko',
  start,
};

// Nothing of this is seen by a page; together it is a third of the work of starting and of opening a tab.
const LEAN = {
  'browser.newtab.preload': false,
  'browser.newtabpage.enabled': false,
  'browser.ml.enable': false,
  'browser.pagethumbnails.capturing_disabled': true,
  'browser.tabs.remote.separatePrivilegedContentProcess': false,
  'browser.translations.enable': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.webextensions.remote': false,
  'media.rdd-process.enabled': false,
};

function start({ browser, driver }, { javascript = true, cookies = true, dark = false, lang = 'en' }, profile) {
  const options = new firefoxDriver.Options();
  options.setBinary(browser);
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
    ...LEAN,
  };
  for (const [name, value] of Object.entries(preferences)) options.setPreference(name, value);
  const service = new firefoxDriver.ServiceBuilder(driver).addArguments('--profile-root', profile);
  return new Builder().withCapabilities(Capabilities.firefox()).setFirefoxOptions(options).setFirefoxService(service).build();
}
