/** What the console and the command line say. */
const s = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

export const terminal = {
  up: (f: { hosts: number; apps: number }) =>
    `Muster is up: ${s(f.hosts, 'host')}, ${s(f.apps, 'app')}. Type /help`,
  stopping: (f: { active: number; seconds: number }) =>
    `Stopping; ${f.active} running step${f.active === 1 ? ' has' : 's have'} ${f.seconds} s to end. Ctrl-C again stops at once.`,
  serving: (f: { hosts: readonly string[] }) => `Serving ${f.hosts.join(', ')}.`,
  stoppingNow: 'Stopping at once; what runs goes on at the next start.',
  askAgain: 'Ctrl-C again stops Muster. A job is stopped with /cancel and its id.',
  /** What muster doctor says at the end. */
  wellOff: (f: { count: number }) => `${s(f.count, 'host')}, nothing is lacking.`,
  lacking: (f: { count: number }) =>
    `${s(f.count, 'thing')} lacking. The fixes beginning with / are for the chat, or muster say.`,
  stopped: 'Muster stopped meanwhile; the job goes on when it is back. See muster say /jobs',
};
