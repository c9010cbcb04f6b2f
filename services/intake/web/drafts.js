/** Comments that were begun and not sent, kept by ticket as long as the tab is open. */

const key = (id) => `callcenter.draft.${id}`;

/** What was begun for this ticket; empty where nothing was. */
export function kept(id) {
  return guarded(() => sessionStorage.getItem(key(id))) ?? "";
}

/** Keep what was written so far. */
export function keep(id, text) {
  guarded(() => sessionStorage.setItem(key(id), text));
}

/** It was sent. */
export function forget(id) {
  guarded(() => sessionStorage.removeItem(key(id)));
}

/** A browser that keeps nothing is no reason to stop. */
function guarded(step) {
  try {
    return step();
  } catch {
    return null;
  }
}
