// Every server that a test needs. All of them live on free ports of 127.0.0.1.

export { freePort, listen } from './listen.mjs';
export { startCaptivePortal, startSite } from './site-server.mjs';
export { startThirdParties } from './third-parties.mjs';
