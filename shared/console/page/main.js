// @ts-check
import { createApi } from './api.js';
import { showHealth } from './banners.js';
import { showDesk } from './desk.js';
import { byId, inBackground } from './dom.js';
import { showSignIn } from './sign-in.js';

const NOTICE = 'omnirag.notice';

// Starting over leaves nothing of one person's files in a page that the next one sees.
const api = createApi(() => {
  sessionStorage.setItem(NOTICE, 'Your session has ended. Sign in again.');
  location.reload();
});

byId('sign-out', HTMLButtonElement).addEventListener('click', () => {
  inBackground(api.signOut().finally(() => location.reload()));
});

if (api.user()) {
  showDesk(api);
} else {
  const notice = sessionStorage.getItem(NOTICE) ?? undefined;
  sessionStorage.removeItem(NOTICE);
  showSignIn(api, notice, () => showDesk(api));
}
inBackground(showHealth(api));
