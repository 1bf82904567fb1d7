// @ts-check
import { createApi } from './api.js';
import { showHealth } from './banners.js';
import { showDesk } from './desk.js';
import { byId, inBackground } from './dom.js';
import { forgetPlaces } from './places.js';
import { showSignIn } from './sign-in.js';
import { watchPolicy } from './stale-page.js';

const NOTICE = 'omnirag.notice';

// Starting over leaves nothing of one person's files in a page that the next one sees.
const api = createApi(() => {
  forgetPlaces();
  sessionStorage.setItem(NOTICE, 'You have been signed out. Sign in again.');
  location.reload();
});

byId('sign-out', HTMLButtonElement).addEventListener('click', () => {
  forgetPlaces();
  inBackground(api.signOut().finally(() => location.reload()));
});

const notice = sessionStorage.getItem(NOTICE) ?? undefined;
sessionStorage.removeItem(NOTICE);
function begin() {
  showDesk(api);
  inBackground(showHealth(api));
}

if (api.user()) {
  begin();
} else {
  showSignIn(api, notice, begin);
  inBackground(showHealth(api));
}
watchPolicy();
