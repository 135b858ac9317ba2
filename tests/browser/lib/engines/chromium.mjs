// Chromium, by chromedriver.

import { Builder, Capabilities } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';
import { HOSTS } from '../hosts.mjs';
import { find } from './find.mjs';

export const chromium = {
  name: 'chromium',
  programs: () => ({
    browser: find('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome']),
    driver: find('CHROMEDRIVER', ['chromedriver']),
  }),
  remedy: 'apt-get install chromium chromium-driver',
  start,
};

function start({ browser, driver }, { javascript = true, cookies = true, dark = false, lang = 'en' }, profile) {
  const options = new chrome.Options();
  options.setChromeBinaryPath(browser);
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
  const service = new chrome.ServiceBuilder(driver);
  return new Builder().withCapabilities(Capabilities.chrome()).setChromeOptions(options).setChromeService(service).build();
}
