/** What is said of hosts that are added in a chat. */
export const hosts = {
  hidden: (f: { name: string }) =>
    `${f.name} was added in a chat, too: this entry counts. /host remove ${f.name} takes the other one away`,
  unlessAdded: (f: { problem: string }) =>
    `${f.problem}, unless it was added in a chat: that is known only where Redis is`,
  prefix: 'a key looks like SHA256:…, with at least 16 characters after the colon',
  sshOnly: '--user is for --link ssh',
  icpOnly: '--guardian is for --link icp',

  added: (f: { name: string; time: string }) =>
    `${f.name} is added and waits. Run this there, as root, within ${f.time}:`,
  alone: (f: { name: string }) =>
    `${f.name} is added and waits. What to run there is for your eyes only: I have sent it to you.`,
  addedSsh: (f: { name: string; user: string }) =>
    `${f.name} is added and waits. Run this there, as ${f.user}; it lets Muster log in, and shows the host keys:`,
  afterwards: 'Then I tell here with which key it answers.',

  answered: (f: { name: string; keys: readonly string[] }) =>
    `${f.name} answers with ${f.keys.join(' and ')}. Is that what it printed over there?`,
  stranger: (f: { name: string; fingerprint: string }) =>
    `Something answers in place of ${f.name} that does not know the token; its key is ${f.fingerprint}. I have stopped trying. Look at the address, then /host add ${f.name} again.`,
  lapsed: (f: { name: string; time: string }) =>
    `${f.name} has not answered within ${f.time}. I have stopped trying: /host add ${f.name} again gives a new line.`,
  trust: 'Trust',
  trusted: (f: { name: string }) => `${f.name} is trusted from now on.`,
  trustedBefore: (f: { name: string }) => `${f.name} was trusted already.`,

  /** In the list of hosts. */
  list: {
    waits: (f: { name: string; way: string }) => `○ ${f.name} · ${f.way} · has not answered yet`,
    answered: (f: { name: string; way: string; keys: readonly string[] }) =>
      `○ ${f.name} · ${f.way} · to be trusted: ${f.keys.join(' ')}`,
    over: (f: { name: string; way: string }) => `✕ ${f.name} · ${f.way} · never answered: /host add again`,
  },

  uses: {
    runs: (f: { runs: readonly string[] }) => `${f.runs.join(', ')} at work there`,
    apps: (f: { apps: readonly string[] }) => `${f.apps.join(', ')} deployed there`,
    overlays: (f: { overlays: readonly string[] }) => `member of ${f.overlays.join(', ')}`,
  },

  plans: {
    rotate: (f: { host: string }) => `new keys for ${f.host}`,
    rotated: (f: { host: string }) => `${f.host} has new keys`,
    remove: (f: { host: string }) => `remove ${f.host}`,
    removed: (f: { host: string }) => `${f.host} is removed`,
  },
  steps: {
    rotate: (f: { host: string }) => `change the keys of ${f.host}`,
    remove: (f: { host: string }) => `forget ${f.host}, and have it forget Muster`,
  },
  notes: {
    rotated: (f: { host: string; key: string }) => `a key of ${f.host} is now ${f.key}`,
    left: {
      agents: (f: { host: string }) =>
        `${f.host} could not be told: end its agents over there, or take Muster's key out of their file trusted`,
      login: (f: { host: string }) =>
        `${f.host} still lets Muster log in: take the line that ends with muster out of ~/.ssh/authorized_keys over there`,
      file: (f: { host: string }) =>
        `the ${f.host} of the file goes on as before; only the one that was added in a chat is forgotten`,
    },
  },

  /** On the record. */
  audit: {
    added: (f: { name: string; way: string }) => `${f.name} added (${f.way})`,
    answered: (f: { name: string; key: string }) => `${f.name} answers with ${f.key}`,
    lapsed: (f: { name: string }) => `${f.name} is waited for no more`,
    trusted: (f: { name: string; keys: readonly string[] }) => `${f.name} trusted with ${f.keys.join(' ')}`,
    rotated: (f: { name: string; key: string }) => `${f.name} changed to ${f.key}`,
    removed: (f: { name: string }) => `${f.name} removed`,
  },

  /** What muster agent install prints. */
  install: {
    keys: 'Compare these keys with what Muster says in the chat:',
    worker: (f: { key: string }) => `worker: ${f.key}`,
    guardian: (f: { key: string }) => `guardian: ${f.key}`,
    started: (f: { units: readonly string[] }) => `Started: ${f.units.join(', ')}.`,
    byHand: 'There is no systemd here. Run this yourself, and again after a reboot:',
    unit: (f: { file: string }) => `Wrote ${f.file}`,
    hidden: (f: { file: string }) =>
      `The guardian may not read ${f.file}: its unit hides homes from it. Put Muster elsewhere, under /opt say, and install again.`,
    samePort: (f: { port: string }) =>
      `the worker and the guardian cannot both listen on port ${f.port}: see --port and --guardian-port`,
    badToken: '--token takes the token that /host add gave, 26 letters and digits',
  },
};
