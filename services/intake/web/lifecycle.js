/** What the state of a ticket means for the page; what may be done to it, the ticket tells in its `choices`. */

export const PRIORITIES = ["P1", "P2", "P3", "P4"];

/** Whether the matter of this ticket goes on in another one, so that nothing can be done here. */
export function isMerged(ticket) {
  return Boolean(ticket.merged_into);
}

/** Whether nobody has to work on it any more. */
export function isOver(status) {
  return status === "resolved" || status === "closed";
}
