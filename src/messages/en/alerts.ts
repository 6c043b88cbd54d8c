/** What stands in the message of an alert, and what the dead-man's switch says. */
const things = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const alerts = {
  /** Of several at once; `subjects` are the first of them. */
  several: (f: { count: number; full: boolean; what: string }) =>
    `${f.count}${f.full ? ' and more' : ''} ${f.what}`,
  /** Where the source has no words for several. */
  alarms: (f: { first: string }) => `alarms of one kind, the first of which was: ${f.first}`,
  names: (f: { names: readonly string[]; more: number }) =>
    f.more > 0 ? `${f.names.join(', ')} and ${f.more} more` : f.names.join(', '),
  facts: (f: { since: string; severity: string; id: string }) => `${f.severity} since ${f.since} · ${f.id}`,
  severity: { info: 'info', warning: 'warning', critical: 'critical' },
  back: (f: { back: number; of: number }) => `${f.back} of ${f.of} ${f.back === 1 ? 'is' : 'are'} well again`,
  restless: (f: { times: number }) => `It comes and goes: ${f.times} times by now.`,
  acknowledged: (f: { by: string }) => `acknowledged by ${f.by}`,
  snoozed: (f: { by: string; until: string }) => `snoozed by ${f.by} until ${f.until}`,
  over: (f: { what: string }) => `over: ${f.what}`,
  allOver: (f: { count: number; full: boolean; what: string }) =>
    `all ${f.count}${f.full ? ' and more' : ''} ${f.what}`,
  after: (f: { what: string; time: string }) => `${f.what} · after ${f.time}`,
  well: 'are well again',
  below: 'This is said again below.',
  digest: (f: { count: number }) => `${things(f.count, 'alert', 'alerts')} of the quiet hours`,
  allWell: (f: { count: number }) => `${things(f.count, 'alert', 'alerts')} of the quiet hours, all over`,
  next: (f: { id: string }) => `/acknowledge ${f.id}, or /snooze ${f.id} 1h`,
  buttons: { acknowledge: 'Acknowledge', snooze: 'Snooze 1 h' },

  none: 'Nothing is wrong.',
  noted: (f: { id: string }) => `${f.id} is yours: no more reminders.`,
  quietUntil: (f: { id: string; until: string }) => `${f.id} is quiet until ${f.until}.`,

  hub: {
    summary: 'the hub is down',
    over: 'the hub is up again',
    ended: (f: { how: string }) => `It ended by itself (${f.how}) and is started again.`,
    hint: 'its reasons are in the log; containers keep what they print meanwhile',
  },

  watch: {
    worker: {
      summary: (f: { host: string; where: string }) => `${f.host} has lost its worker (${f.where})`,
      over: (f: { host: string }) => `${f.host} has its worker back`,
      many: 'hosts have lost their workers',
      manyOver: 'hosts have their workers back',
      lines: (f: { time: string }) =>
        `Nothing was heard of it for ${f.time}. A manager does its work meanwhile, if it can reach the host.`,
      hint: (f: { host: string }) => `muster worker --host ${f.host}, where it ran`,
    },
    manager: {
      summary: (f: { where: string }) => `the manager on ${f.where} fell silent`,
      over: (f: { where: string }) => `the manager on ${f.where} is back, or another one instead`,
      many: 'managers fell silent',
      manyOver: 'managers are back',
      lines: (f: { time: string }) =>
        `Nothing was heard of it for ${f.time}. Another one goes on with its work.`,
      hint: 'muster start, where it ran',
    },
    hub: {
      summary: (f: { where: string }) => `the hub on ${f.where} fell silent`,
      over: (f: { where: string }) => `the hub on ${f.where} is back, or another one instead`,
      many: 'hubs fell silent',
      manyOver: 'hubs are back',
      lines: (f: { time: string }) =>
        `Nothing was heard of it for ${f.time}. Containers keep what they print, and run with the files that they have.`,
      hint: 'muster hub, where it ran',
    },
    platform: {
      deaf: (f: { platform: string; time: string }) => `nothing was heard from ${f.platform} for ${f.time}`,
      mute: (f: { platform: string; time: string }) => `nothing can be said in ${f.platform} for ${f.time}`,
      over: (f: { platform: string }) => `${f.platform} is back`,
      many: 'chat services are silent',
      manyOver: 'chat services are back',
      lines: 'What people write there, and what is to be said there, waits.',
      hint: 'look at its status page, its token, and this network',
    },
  },
};
