/** Following one interaction to its end: events as they happen, and polling where they do not come through. */

import { eventsUrl, interaction } from "./api.js";

const TYPES = ["InteractionRequested", "AgentSpoke", "CustomerSpoke", "CustomerLeft", "HandoffOffered", "HandoffAccepted", "TurnAdded", "HandoffReturned", "HandoffClosed", "HandoffLapsed", "CaseStated", "CaseDecided", "CaseAgreed", "CaseSettled", "ConversationHeld", "InformationNeeded", "ActionsAgreed", "PolicyDecided", "TicketOpened", "InteractionCompleted", "InteractionFailed"];
const POLL_MS = [500, 1000, 2000, 5000];

/** Whether nothing more will happen to this interaction. */
export function ended(view) {
  return view.status === "completed" || view.status === "failed";
}

/** What we know after one more event; events that we have already are ignored. */
export function merged(view, frame) {
  if (frame.rev <= (view.rev ?? 0)) return view;
  const { failure, ...added } = frame.sections ?? {};
  return {
    ...view,
    rev: frame.rev,
    status: frame.status,
    stage: frame.stage,
    updated_at: frame.at,
    timings: frame.timings ?? view.timings,
    failure: failure ?? view.failure ?? null,
    record: { ...view.record, ...added },
  };
}

/** Follow `view`: `changed(view)` at each step, `lost(problem)` if the server forgot it.
 *
 * Returns `stop()`, and `adopt(view)` for a view that came another way.
 */
export function follow(view, changed, lost) {
  const following = { view, changed, lost, stopped: false, source: null, timer: null };
  if (!ended(view)) listen(following);
  return { stop: () => stop(following), adopt: (other) => other.rev > following.view.rev && update(following, other) };
}

function stop(following) {
  following.stopped = true;
  following.source?.close();
  clearTimeout(following.timer);
}

function update(following, view) {
  if (following.stopped) return;
  following.view = view;
  following.changed(view);
}

function listen(following) {
  const source = new EventSource(eventsUrl(following.view.id));
  following.source = source;
  for (const type of TYPES) {
    source.addEventListener(type, (event) => receive(following, JSON.parse(event.data)));
  }
  source.onerror = () => {
    source.close();
    poll(following, 0);
  };
}

function receive(following, frame) {
  update(following, merged(following.view, frame));
  if (!ended(following.view)) return;
  following.source.close();
  fetchOnce(following); // the stored record is the last word
}

/** Ask again and again, ever more slowly; a server that is away is no reason to stop. */
function poll(following, round) {
  if (following.stopped || ended(following.view)) return;
  const { rev } = following.view;
  following.timer = setTimeout(async () => {
    await fetchOnce(following);
    poll(following, following.view.rev === rev ? round + 1 : 0);
  }, POLL_MS[Math.min(round, POLL_MS.length - 1)]);
}

async function fetchOnce(following) {
  try {
    update(following, await interaction(following.view.id));
  } catch (problem) {
    if (problem.status !== 404 || following.stopped) return;
    stop(following);
    following.lost(problem);
  }
}
