/** What the console and the command line say. */
const s = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

export const terminal = {
  up: (f: { hosts: number; apps: number }) =>
    `Muster is up: ${s(f.hosts, 'host')}, ${s(f.apps, 'app')}. Type /help`,
  stopping: (f: { active: number; seconds: number }) =>
    `Stopping; ${f.active} running step${f.active === 1 ? ' has' : 's have'} ${f.seconds} s to end. Ctrl-C again stops at once.`,
  serving: (f: { hosts: readonly string[] }) => `Serving ${f.hosts.join(', ')}.`,
  hub: (f: { listen: string; address: string }) =>
    `The hub listens on ${f.listen}; containers reach it at ${f.address}.`,
  agent: (f: { address: string; port: number; key: string }) =>
    `The agent listens on ${f.address}:${f.port}. Its key is ${f.key}`,
  badListen: (f: { text: string }) => `--listen takes a port, or an address and a port, not ${f.text}`,
  badKey: (f: { text: string }) =>
    `--trust takes a key like SHA256:…, as muster key prints it, not ${f.text}`,
  stoppingNow: 'Stopping at once; what runs goes on at the next start.',
  askAgain: 'Ctrl-C again stops Muster. A job is stopped with /cancel and its id.',
  /** What muster doctor says at the end. */
  addedUnknown:
    'hosts that were added in a chat were not looked at: which they are is known only while Muster runs',
  wellOff: (f: { count: number }) => `${s(f.count, 'host')}, nothing is lacking.`,
  lacking: (f: { count: number }) =>
    `${s(f.count, 'thing')} lacking. The fixes beginning with / are for the chat, or muster say.`,
  stopped: 'Muster stopped meanwhile; the job goes on when it is back. See muster say /jobs',
};
