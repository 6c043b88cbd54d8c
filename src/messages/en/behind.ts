/** What is said of hosts that let nobody in but by an overlay network. */
type Where = { host: string; overlay: string };

export const behind = {
  steps: {
    listen: (f: Where) => `have sshd of ${f.host} listen in ${f.overlay} only`,
    keepListening: (f: Where) => `come in by ${f.overlay}, and leave sshd of ${f.host} there`,
    close: (f: Where) => `close ${f.host} but for ${f.overlay}`,
    open: (f: Where) => `let in to ${f.host} by more than ${f.overlay} again`,
    listenAnywhere: (f: { host: string }) => `have sshd of ${f.host} listen as before`,
    leave: (f: Where) => `come to ${f.host} by its own address again, and not by ${f.overlay}`,
    prove: (f: Where) => `knock on ${f.host}, by ${f.overlay} and from outside`,
    keep: (f: Where) => `come in to ${f.host} by ${f.overlay} again, and keep its firewall`,
  },
  notes: {
    listens: (f: Where & { address: string }) =>
      `sshd of ${f.host} listens on ${f.address} only; taken back over there if nobody keeps it`,
    listensAlready: (f: Where & { address: string }) =>
      `sshd of ${f.host} listens on ${f.address} only already`,
    noSshd: (f: { host: string }) => `${f.host} has no sshd`,
    closed: (f: Where) => `${f.host} lets nobody in but by ${f.overlay}; taken back if nobody comes in by it`,
    closedAlready: (f: Where) => `${f.host} lets nobody in but by ${f.overlay} already`,
    keptAfterAll: (f: Where) =>
      `${f.host} had been kept behind ${f.overlay}, though the answer was lost: it stays there`,
    proved: (f: Where & { address: string }) =>
      `${f.host} answers on ${f.address} in ${f.overlay}, and not from outside`,
  },
  plans: {
    safe: (f: { host: string; needs: readonly string[]; overlay: string }) =>
      `${f.host} is ready (${f.needs.join(', ')}) and lets nobody in but by ${f.overlay}`,
  },
};
