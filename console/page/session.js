// @ts-check
/** @import { SessionView } from './types.js' */
import { inBackground } from './dom.js';
import { createSuccessors } from './successors.js';

const SESSION = 'omnirag.session';

/**
 * The session, which all tabs of a browser share. What is stored is asked at each use, for another tab may have renewed it
 * or signed out.
 *
 * A refresh token works once and a second use ends the session everywhere, so tabs take turns by a lock. Browsers have it
 * on https and localhost only; elsewhere each tab has a session of its own, which also keeps a token that was sent in
 * the clear off the disk.
 * @param {() => void} onOver called when the session of this tab's person has ended, or another person's took its place
 */
export function createSession(onOver) {
  const { locks } = navigator;
  const store = locks ? localStorage : sessionStorage;
  const successors = locks ? createSuccessors() : undefined;
  let owner = stored()?.user.id;
  let over = false;

  /** @returns {SessionView | undefined} */
  function stored() {
    const text = store.getItem(SESSION);
    return text === null ? undefined : JSON.parse(text);
  }

  /** @param {SessionView} session */
  function put(session) {
    owner = session.user.id;
    store.setItem(SESSION, JSON.stringify(session));
  }

  /** @returns {SessionView | undefined} of the person this tab shows, never of another */
  function current() {
    const session = stored();
    if (session?.user.id === owner) return session;
    if (!over) {
      over = true;
      onOver();
    }
    return undefined;
  }

  function remove() {
    store.removeItem(SESSION);
    if (successors) inBackground(successors.forget());
  }

  /** @param {string} accessToken that was refused; another one is not ended by it */
  function end(accessToken) {
    if (stored()?.accessToken === accessToken) remove();
    current();
  }

  addEventListener('storage', ({ key }) => {
    // Without a key all was cleared.
    if (key === SESSION || key === null) current();
  });
  // A page that lay still did not hear of it.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) current();
  });

  return {
    current,
    begin: put,
    end,
    /**
     * Puts another in place of the one whose access token is no longer taken, once however many ask.
     * @param {string} accessToken
     * @param {(before: SessionView) => Promise<SessionView | undefined>} exchange nothing when the server refuses it
     */
    async renew(accessToken, exchange) {
      /** @param {SessionView} before */
      const renewBy = async (before) => {
        const next = await exchange(before);
        if (next) await successors?.keep(before.refreshToken, next);
        return next;
      };
      const inTurn = async () => {
        const before = current();
        if (!before || before.accessToken !== accessToken) return before;
        const next = (await successors?.find(before.refreshToken)) ?? (await renewBy(before));
        // Signed out, or in as somebody else, while the answer was on its way.
        if (next && stored()?.refreshToken === before.refreshToken) put(next);
        return next && current();
      };
      return locks ? locks.request(SESSION, inTurn) : oneAtATime(inTurn);
    },
    /** @returns {SessionView | undefined} the one that has ended here and in the other tabs */
    leave() {
      const session = current();
      over = true;
      if (session) remove();
      return session;
    },
  };
}

/** @type {Promise<unknown>} */
let turn = Promise.resolve();

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function oneAtATime(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}
