/** What may be done to a ticket; the server decides, this only keeps the page from offering what it would refuse. */

/** From each status, where a person may take the ticket. */
export const NEXT = {
  new: ["open", "pending", "resolved", "closed"],
  open: ["pending", "resolved", "closed"],
  pending: ["open", "resolved", "closed"],
  resolved: ["closed", "reopened"],
  closed: ["reopened"],
  reopened: ["open", "pending", "resolved", "closed"],
};

export const PRIORITIES = ["P1", "P2", "P3", "P4"];

/** Whether the matter of this ticket goes on in another one, so that nothing can be done here. */
export function isMerged(ticket) {
  return Boolean(ticket.merged_into);
}

/** The statuses that can be chosen now. */
export function steps(ticket) {
  return isMerged(ticket) ? [] : NEXT[ticket.status] ?? [];
}

/** Whether nobody has to work on it any more. */
export function isOver(status) {
  return status === "resolved" || status === "closed";
}
