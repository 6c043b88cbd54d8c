/** What stands on the card of a run, and on that of a plan that waits for agreement. */
export const cards = {
  waitsFor: (f: { title: string; person: string; lock: string }) =>
    `${f.title} · ${f.person} · waits for ${f.lock}`,
  held: (f: { holder: string; title: string; time: string }) =>
    `${f.holder} (${f.title}) has held it for ${f.time}`,
  cancelling: (f: { by: string }) => `cancelling for ${f.by} …`,
  undoing: (f: { time: string }) => `${f.time}, taking back what it did`,
  left: (f: { time: string; left: string }) => `${f.time}, about ${f.left} left`,
  undo: (f: { line: string }) => `Undo: ${f.line}`,
  failed: (f: { title: string }) => `${f.title} failed`,
  cancelled: (f: { title: string }) => `${f.title} cancelled`,

  buttons: {
    log: 'Log',
    cancel: 'Cancel',
    why: 'Why',
    retry: 'Retry',
    undo: 'Undo',
    keep: 'Keep',
    confirm: 'Confirm',
    approve: 'Approve',
    refuse: 'Refuse',
    plan: 'Show plan',
  },

  request: {
    plan: (f: { hash: string; line: string }) => `Plan ${f.hash}: ${f.line}`,
    drifted: 'The plan changed since it was agreed to: approvals are void. This is the plan now.',
    toConfirm: (f: { what: string }) => `${f.what} · to be confirmed`,
    confirm: (f: { id: string; until: string }) => `/confirm ${f.id} within ${f.until}, or /refuse ${f.id}`,
    needs: (f: { what: string; left: number; approvals: readonly string[] }) =>
      `${f.what} · needs ${f.left} approval${f.left === 1 ? '' : 's'}${
        f.approvals.length > 0 ? ` (approved by ${f.approvals.join(', ')})` : ''
      }`,
    rule: (f: { rule: string; roles: readonly string[]; by: string; until: string }) =>
      `${f.rule}: by role ${f.roles.join(' or ')}, not by ${f.by}, within ${f.until}`,
    approve: (f: { id: string }) => `/approve ${f.id}, or /refuse ${f.id}`,
    granted: (f: { what: string; approvals: readonly string[] }) =>
      `${f.what} · ${f.approvals.length > 0 ? `approved by ${f.approvals.join(', ')}` : 'confirmed'}`,
    stopped: (f: { what: string; approvals: readonly string[] }) =>
      `${f.what} · ${f.approvals.length > 0 ? `approved by ${f.approvals.join(', ')}` : 'confirmed'}, but nothing was begun`,
    refused: (f: { what: string; by?: string }) => `${f.what} · refused by ${f.by}`,
    expired: (f: { what: string }) => `${f.what} · nobody decided in time`,
    again: (f: { line: string }) => `${f.line}, to ask again`,
    /** The name of the rule that asks for a confirmation. */
    destroys: 'what destroys is confirmed',
  },
};
